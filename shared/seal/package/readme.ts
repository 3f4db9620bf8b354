// README.txt of a package: how anyone can check it with common tools, and how to read what they say. Plain ASCII
// save for the names in it; the commands are run by a test exactly as they stand here.
import type { Instant } from '../../base/brand.ts';
import type { Signer } from '../signer.ts';
import { NAMES, oneLine } from './layout.ts';

/** The commands, each on its own line, for a package that was unpacked; `issuer.pem` is the reader's own. */
export function checkCommands(trust: 'issuer' | 'itself'): readonly string[] {
  const anchor = trust === 'issuer' ? '-CAfile issuer.pem' : '-CAfile signer.pem -partial_chain';
  const verify = (signature: string, content: string) =>
    `openssl cms -verify -cades -binary -inform DER -in ${signature} -content ${content} ${anchor} -purpose any -out /dev/null`;
  return [
    verify(NAMES.manifestSignature, NAMES.manifest),
    `sha256sum -c --quiet ${NAMES.manifest}`,
    `sha256sum -c --quiet ${NAMES.tagManifest}`,
    `find data -type f | LC_ALL=C sort > ../found; cut -c67- ${NAMES.manifest} | LC_ALL=C sort > ../listed; cmp ../found ../listed`,
    verify(NAMES.asicSignature, NAMES.asicManifest),
    verify(NAMES.checkpointSignature, NAMES.checkpoint),
  ];
}

/** Gets the signer's certificate out of the package, where it is its own issuer or no issuer is at hand. */
export const SIGNER_COMMAND = `openssl pkcs7 -inform DER -in ${NAMES.asicSignature} -print_certs -out signer.pem`;

/** The whole text. */
export function printReadme(facts: {
  readonly caseId: string;
  readonly title: string;
  readonly at: Instant;
  readonly version: string;
  readonly signer: Signer;
}): string {
  const { signer } = facts;
  const throwaway = signer.throwaway
    ? [
        '',
        'THIS IS A DRAFT: it is signed with a throw-away identity. That proves that nothing was changed since,',
        'and says nothing about who made it.',
      ]
    : [];
  return [
    oneLine(facts.title),
    `Case ${oneLine(facts.caseId)}, sealed ${facts.at} by Vouch ${oneLine(facts.version)}.`,
    ...throwaway,
    '',
    `Signed by    ${oneLine(signer.subject)}`,
    `Certificate  ${signer.fingerprint}`,
    'Compare this fingerprint with one that reached you by another way: whoever alters a package can sign it anew',
    'and print another fingerprint here. issuer.pem below is the certificate of the issuer, from the issuer.',
    '',
    'Check it without Vouch',
    '----------------------',
    '  unzip CASE.asice -d case && cd case',
    ...checkCommands('issuer').map(command => `  ${command}`),
    '  pdfsig -nssdir NSSDB data/report/report.pdf',
    '  mutool sign -v data/report/report.pdf ; qpdf --check data/report/report.pdf',
    'NSSDB: certutil -N -d NSSDB --empty-password; certutil -A -d NSSDB -n r -t CT,C,C -i issuer.pem',
    '',
    'Without an issuer (a certificate that signs itself, or one that you pin), after comparing its fingerprint with',
    '`openssl x509 -in signer.pem -noout -fingerprint -sha256`:',
    `  ${SIGNER_COMMAND}`,
    ...checkCommands('itself')
      .filter(command => command.startsWith('openssl'))
      .map(command => `  ${command}`),
    '',
    'How to read what the tools say',
    '------------------------------',
    'sha256sum does not notice files that were added; the comparison of the two lists does.',
    '"Not total document signed" for an earlier signature of the report is expected once another person has signed',
    'after it; for the last signature it means that something was added behind it, and the report is to be refused.',
    'mutool then says "there have been edits since signing". Which edits those were, `vouch verify` decides: it allows',
    'nothing but further signatures. pdfsig and mutool end with code 0 whatever they find: read their words.',
    '"Certificate issuer isn\'t Trusted", "Self-signed certificate in chain" and "validity unknown" say that the tool',
    'does not know the issuer, not that the content was changed.',
    '',
    'Layout: BagIt 1.0 once unpacked (RFC 8493), ASiC-E with CAdES as a file (EN 319 162-1), and the same digests as',
    'an in-toto statement in META-INF/vouch.dsse.json.',
    '',
  ].join('\n');
}
