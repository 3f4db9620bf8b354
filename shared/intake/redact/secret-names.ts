// Which names announce a secret: environment variables, keys, annotations, command-line flags, headers. Words that only
// sound alike (PATH, COMPATIBLE, --token-ttl) do not; names that point at a secret (secretName) do not either.

const LONG_NAME =
  /pass(?:word|wd|phrase|code)|secret|token|credential|api[_-]?key|private[_-]?key|access[_-]?key|connection[_-]?string/i;
const SHORT_NAMES = new Set([
  'pass',
  'pwd',
  'key',
  'cred',
  'creds',
  'dsn',
  'conn',
  'auth',
  'sas',
  'pat',
  'psk',
  'jwt',
]);
const SHORT_ENDS = /[a-z](?:(?<!by|com|tres|tyre)pass|pwd|(?<!mon|don|tur|hot|ho)key|creds?)$/;
const PLACE_NAME =
  /(?:[_-]?(?:file|path|dir|ttl|name|url|uri|header|mode|timeout|seconds|enabled|disabled|version|type|size|length|expiration|expiry|count|host|port|user|method|policy|algorithm|alg|audience|issuer|review))$/i;
const PUBLIC_NAME = /public[_-]?key|key[_-]?id$|checksum|digest|tokeni[sz]er|max[_-]?tokens?/i;

/** Whether a name (of an environment variable, a key, an annotation) says that its value is a secret. */
export function namesSecret(name: string): boolean {
  if (PUBLIC_NAME.test(name)) return false;
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/);
  return LONG_NAME.test(name) || words.some(word => SHORT_NAMES.has(word) || SHORT_ENDS.test(word));
}

/** Whether a value under such a name is one: switches, references and paths under a name for paths are none. */
export function isSecretValue(name: string, value: string): boolean {
  const bare = value.trim();
  if (bare === '' || isReference(bare)) return false;
  return !(
    PLACE_NAME.test(name) &&
    (/^[./]?[\w./-]*$/.test(bare) || /^\d+[a-z]*$/.test(bare) || /^[a-z]+:\/\/[^@?]*$/.test(bare))
  );
}

const REFERENCE =
  /^(?:true|false|yes|no|on|off|null|nil|none|undefined|enabled|disabled|required|optional|always|never|\$\([\w.-]+\)|\$\{[^}]*\}|\$[A-Za-z_]\w*|%\w+%|\{\{.*\}\}|<[\w .-]*>|[*x.#-]+|\[?(?:redacted|hidden|masked|filtered)\]?|\*+HIDDEN\*+|@Microsoft\.KeyVault\(.*\)|arn:aws[\w-]*:[\w:/.*-]*)$/i;

/** Switches, places for something to be filled in, names of something kept elsewhere. */
export function isReference(value: string): boolean {
  return (
    REFERENCE.test(value) || /^(?:\/[\w.@-]+){2,}$/.test(value) || /^(?:vault|ref\+\w+|file):\S+$/.test(value)
  );
}

/** How surely a name announces a secret: `sure` whatever the value, `perhaps` only where the value looks like one. */
export type Announcement = 'sure' | 'perhaps';

const AFTER = '(?:\\d{1,3}|value|hash|base|plain|old|new|prod|dev|test|base64|b64)?';
const SURE = new RegExp(
  `(?:passw(?:or)?d|passphrase|passcode|(?<!by|com|tres|tyre)pass|pwd|` +
    `(?:client|app|application|shared|consumer|session|jwt|signing|webhook|oauth2?|hmac|cookie|encryption|bot)secret|secretkeybase|` +
    `(?:access|refresh|id|auth|bearer|session|api|bot|personal|private|registry|npm|github|gitlab|vault|slack|identity|sas|security|root|admin|deploy|runner)token|` +
    `(?:api|accountaccess|access|secretaccess|secret|private|signing|encryption|encrypt|master|sharedaccess|account|storage|subscription|workspace|license)key)${AFTER}$`,
);
const PERHAPS = new RegExp(`(?:token|secret|creds?|credentials?|key|auth)${AFTER}$`);

/** What a name says about the value behind it, in free text. */
export function announcementOf(name: string): Announcement | undefined {
  const bare = name.toLowerCase().replace(/[^a-z0-9]/g, '');
  if (/^[A-Z][A-Z0-9_]*_(?:SAS|DSN|CONN|PAT|PSK|PW|SALT)$|CONNECTION_?STRING$/.test(name)) return 'sure';
  if (SURE.test(bare)) return PUBLIC_NAME.test(name) ? undefined : 'sure';
  return PERHAPS.test(bare) && !PUBLIC_NAME.test(name) ? 'perhaps' : undefined;
}

/** Whether a value looks made by a machine to be guessed by nobody: no name, no word, no switch, no digest. */
export function looksRandom(value: string): boolean {
  if (value.length < 8 || !/^[A-Za-z0-9+/_.~-]+={0,2}$/.test(value) || UUID.test(value)) return false;
  const digits = value.replace(/\D/g, '').length;
  if (/^[a-z0-9./_-]+$/.test(value) || /^[A-Z0-9._-]+$/.test(value))
    return value.split(/[-./_]/).some(part => part.length >= 16 && digits >= 3 && /[a-z]/i.test(part));
  const turns = value.match(/[a-z][A-Z]|[A-Z]{2}[a-z]|\d[A-Za-z]|[A-Za-z]\d/g)?.length ?? 0;
  return digits > 0 ? turns >= 3 : value.length >= 12 && turns * 4 >= value.length;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

const FLAG =
  /^(--?[\w.-]*(?:pass(?:word|wd|phrase)?|pwd|secret|token|api-?key|access-?key|credential)[\w.-]*)(?:([= ])(.+))?$/is;

/** A flag that takes a secret, with the value where it stands in the same word. */
export function readSecretFlag(word: string): { readonly name: string; readonly value?: string } | undefined {
  const match = FLAG.exec(word);
  const name = match?.[1];
  if (match === null || name === undefined || (match[3] === undefined && PLACE_NAME.test(name)))
    return undefined;
  const value = match[3];
  if (value === undefined) return { name };
  return isSecretValue(name, value) && !/^\//.test(value) ? { name, value } : undefined;
}

/** Whether a header carries what lets somebody in. */
export function isSecretHeader(name: string): boolean {
  return /authorization|cookie|token|secret|api-?key|credential|password|subscription-key|assertion/i.test(
    name,
  );
}
