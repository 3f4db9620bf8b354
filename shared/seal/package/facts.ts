// `data/vouch-package.json`: what each file of the package is, with its salt, and who signed. Schema
// `vouch.package/1`. The salts let a later redacted copy prove the files it keeps; they say nothing about others.
import type { Digest, Instant } from '../../base/brand.ts';
import { canonicalJson, isObject } from '../../base/json.ts';
import { failed, ok, type Result } from '../../base/result.ts';

/** One file below data/, this file itself apart. */
export interface PackageFile {
  readonly path: string;
  readonly role: string;
  readonly bytes: number;
  readonly sha256: Digest;
  /** Hex; files that the package writer made itself have none and are not leaves of the tree. */
  readonly salt?: string;
}

/** The typed manifest. */
export interface PackageFacts {
  readonly schema: 'vouch.package/1';
  readonly case: string;
  readonly title: string;
  readonly at: Instant;
  /** Version of Vouch that wrote it. */
  readonly version: string;
  readonly signer: {
    readonly subject: string;
    readonly throwaway: boolean;
    /** Fingerprints of the certificate chain, the signer's own first. */
    readonly certificates: readonly Digest[];
  };
  readonly files: readonly PackageFile[];
}

/** Text of the typed manifest. */
export function printPackageFacts(facts: PackageFacts): string {
  return `${canonicalJson(facts)}\n`;
}

/** Reads it back; any other spelling is refused. */
export function parsePackageFacts(text: string): Result<PackageFacts> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return failed('seal.package.facts', 'The typed manifest is no JSON');
  }
  if (!isObject(value) || !isFacts(value))
    return failed('seal.package.facts', 'The typed manifest is malformed');
  const facts = value as unknown as PackageFacts;
  return printPackageFacts(facts) === text
    ? ok(facts)
    : failed('seal.package.facts', 'The typed manifest is not in its canonical form');
}

function isFacts(value: Record<string, unknown>): boolean {
  const { signer, files } = value;
  return (
    value['schema'] === 'vouch.package/1' &&
    ['case', 'title', 'at', 'version'].every(key => typeof value[key] === 'string') &&
    isObject(signer) &&
    typeof signer['subject'] === 'string' &&
    typeof signer['throwaway'] === 'boolean' &&
    Array.isArray(signer['certificates']) &&
    signer['certificates'].every(item => typeof item === 'string') &&
    Array.isArray(files) &&
    files.every(isFile)
  );
}

function isFile(value: unknown): boolean {
  return (
    isObject(value) &&
    ['path', 'role', 'sha256'].every(key => typeof value[key] === 'string') &&
    Number.isSafeInteger(value['bytes']) &&
    (value['salt'] === undefined ||
      (typeof value['salt'] === 'string' && /^[0-9a-f]{64}$/.test(value['salt'])))
  );
}
