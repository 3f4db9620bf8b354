// Private keys in a text: PEM from BEGIN to END over all its lines, the same in base64 once more, and bare DER or
// PKCS#12 in base64. Certificates and public keys look alike and are left.
import type { Edit } from './mask.ts';

/** Edits for private keys. */
export function privateKeyEdits(text: string): readonly Edit[] {
  return [
    ...(text.includes('PRIVA') ? pemEdits(text) : []),
    ...(text.includes('PuTTY') ? puttyEdits(text) : []),
    ...(text.includes('LS0tL') ? encodedPemEdits(text) : []),
    ...(text.includes('MI') || text.includes('MHc') || text.includes('MC4') || text.includes('MFM')
      ? derEdits(text)
      : []),
  ];
}

function edit(start: number, end: number): Edit {
  return { start, end, kind: 'private-key', quoted: false };
}

const BEGINS = /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----/g;
const ENDS = /-----END (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----/;
const LONGEST = 20_000;

/** From BEGIN to END; without END as far as the lines look like base64. */
function pemEdits(text: string): readonly Edit[] {
  return [...text.matchAll(BEGINS)].map(match => {
    const start = match.index;
    const end = ENDS.exec(text.slice(start, start + LONGEST));
    return edit(
      start,
      start + (end === null ? openLength(text, start, match[0].length) : end.index + end[0].length),
    );
  });
}

function openLength(text: string, start: number, header: number): number {
  const rest = text.slice(start + header, start + header + LONGEST);
  const body = /^(?:\s|\\[nrt])*(?:(?:[A-Za-z0-9+/=]{16,}|[A-Za-z-]+: [^\n\\]*)(?:\s|\\[nrt])*)*/.exec(rest);
  return header + (body?.[0].trimEnd().length ?? 0);
}

function puttyEdits(text: string): readonly Edit[] {
  return [...text.matchAll(/Private-Lines: \d+(?<body>(?:(?:\r?\n|\\n)[ \t]*[A-Za-z0-9+/=]{4,})+)/g)].map(
    match => {
      const end = match.index + match[0].length;
      return edit(end - (match.groups?.['body'] ?? '').trimStart().length, end);
    },
  );
}

/** base64 of a PEM key, told from that of a certificate by its first line. */
function encodedPemEdits(text: string): readonly Edit[] {
  return [...text.matchAll(/LS0tLS1CRUdJTi[A-Za-z0-9+/]{20,}={0,2}/g)]
    .filter(match => PRIVATE.test(match[0].slice(0, 72)))
    .map(match => edit(match.index, match.index + match[0].length));
}

/** base64 of `PRIVATE KEY` at each of the three places in a group. */
const PRIVATE = /UFJJVkFURSBLRV|BSSVZBVEUgS0VZ|QUklWQVRFIEtFW/;

/** PKCS#8, PKCS#1, SEC1 and PKCS#12 by the first bytes of their structure: a version where a certificate has a sequence. */
const DER =
  /(?<![A-Za-z0-9+/])(?:MI[A-Za-z0-9+/]{3}[AQgw]IBA(?:DA|AK|zC|zA)|MI[A-Za-z0-9+/]{2}AgEA[AM]|MIG[A-Za-z0-9+/]AgE[AB]|MIG[A-Za-z0-9+/]{2}AgE[AB]|MHcCAQEE|MC4CAQAw|MFMCAQEw)[A-Za-z0-9+/]{30,}={0,2}/g;

function derEdits(text: string): readonly Edit[] {
  return [...text.matchAll(DER)].map(match => edit(match.index, match.index + match[0].length));
}
