// Columns whose name says that their cells are secrets, whatever these look like: they are masked whole.
import { foldHeader, foldName } from './headers.ts';

/** Indexes of such columns in a row of names. */
export function secretColumns(header: readonly string[]): readonly number[] {
  return header.flatMap((cell, index) => (foldHeader(cell).some(name => SECRET.has(name)) ? [index] : []));
}

/** Whether a cell under such a name holds something: switches and remarks are no secrets. */
export function holdsSecret(cell: string): boolean {
  const text = cell.trim();
  return (
    text.length >= 3 &&
    !/^(?:yes|no|true|false|none|null|n\/a|ja|nein|oui|non|tbd|unknown|\*+|x+)$/i.test(text)
  );
}

const SECRET = new Set(
  [
    'password,passwords,passwd,pwd,passphrase,initial password,default password,root password,admin password',
    'secret,secrets,secret value,client secret,shared secret,private key,secret key,secret access key,key value',
    'api key,api token,token,access token,auth token,credential,credentials,pin,pin block,pre shared key,psk',
    'passwort,kennwort,initialpasswort,geheimnis,privater schlussel,zugangsdaten,mot de passe,cle privee',
    'cvv,cvv2,cvc,cvc2,cid,card verification code,card verification value,track data,track 1,track 2',
  ]
    .join(',')
    .split(',')
    .map(foldName),
);
