// Published exports hold nothing that looks like a secret once they are stored: searched by expressions that share
// nothing with how masks are made, in the stored copies and in every text of every object.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { collect } from '../../shared/archive/bytes.ts';
import type { JsonValue } from '../../shared/base/json.ts';
import type { Intake } from '../../shared/intake/intake.ts';
import { corpusFolder } from '../fixtures/corpus.ts';
import { importFolder } from '../fixtures/import-folder.ts';

const exports = corpusFolder('intake');
const PARTS = [
  'must-gather',
  'support-bundle',
  'cluster-info-dump',
  'kubectl-list',
  'k8s-audit',
  'hubble',
] as const;

const LOOKS: readonly RegExp[] = [
  /eyJ[\w-]{16,}\.[\w-]{16,}/,
  /-----BEGIN [A-Z ]*PRIVATE KEY/,
  /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/,
  /:\/\/[^\s/:@"]+:[^\s/@"]+@/,
  /(?:password|passwd|secret_?key|api_?key|workspace[_.-]?key)["']?\s*[:=]\s*["']?(?!masked-|\s|null|true|false|[{[<$"'\\])[^\s"']{6,}/i,
  /Bearer [\w.~+/-]{20,}/,
  /last-applied-configuration["']?:\s*["'|>]?\s*["'\\]*\{/,
];

describe.skipIf(exports === undefined).each(PARTS)('the published sample %s', part => {
  it('holds no secret in its stored copies nor in its objects', async () => {
    const stored = new Map<string, string>();
    const intake = await importFolder(unpacked(join(exports ?? '', part)), {
      sink: {
        put: async (path, _digest, _bytes, open) => {
          stored.set(path, Buffer.from(await collect(open())).toString('utf8'));
        },
      },
    });
    expect(stored.size).toBeGreaterThan(0);
    for (const [path, text] of stored) if (!isPacked(text)) expect(found(text), path).toEqual([]);
    for (const object of intake.objects)
      for (const text of textsOf(object.body)) expect(found(text)).toEqual([]);
    for (const event of intake.audit) expect(found(JSON.stringify(event))).toEqual([]);
    expect(clearValues(intake)).toEqual([]);
  });
});

const made: string[] = [];
afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true });
});

/** A folder with its archives unpacked: one of them holds a link, for which the door refuses it whole. */
function unpacked(folder: string): string {
  const archives = readdirSync(folder).filter(name => name.endsWith('.tar.gz'));
  if (archives.length === 0) return folder;
  const target = mkdtempSync(join(tmpdir(), 'vouch-'));
  made.push(target);
  for (const name of archives) execFileSync('tar', ['xzf', join(folder, name), '-C', target]);
  return target;
}

/** Archives that needed no masking are stored as they came; their members were searched as objects. */
function isPacked(text: string): boolean {
  return text.includes('\0') || text.includes('\ufffd');
}

function found(text: string): readonly string[] {
  return LOOKS.flatMap(look => look.exec(text)?.[0] ?? []);
}

function* textsOf(value: JsonValue | undefined): Iterable<string> {
  if (typeof value === 'string') yield value;
  else if (typeof value === 'object' && value !== null)
    for (const member of Object.values(value)) yield* textsOf(member);
}

/** Values of Secrets that are neither a mask nor what the collector put in their place. */
function clearValues(intake: Intake): readonly string[] {
  return intake.objects
    .filter(object => object.kind === 'Secret')
    .flatMap(object => [...textsOf(object.body['data']), ...textsOf(object.body['stringData'])])
    .filter(value => !/^masked-[a-z-]+$/.test(value))
    .filter(value => !/^\d+ bytes long$/.test(Buffer.from(value, 'base64').toString('utf8')));
}
