// What goes into the package beside the signed report: the engagement without its secret, the stored evidence, and
// every machine result as JSON and CSV, so that the report can be checked without the program that made it.
import { once } from '../archive/bytes.ts';
import type { Digest } from '../base/brand.ts';
import { prettyJson } from '../base/json.ts';
import { compareText } from '../base/order.ts';
import { printEngagement, withoutSecret } from '../records/engagement-file.ts';
import { inventoryJson } from '../report/tables/inventory.ts';
import { reportTables } from '../report/tables/report-tables.ts';
import type { MadeReport } from './make-report.ts';
import { storedFiles, type Case } from './run-case.ts';

/** A stored copy as the sink got it; `open` may be asked again. */
export interface StoredCopy {
  readonly path: string;
  readonly digest: Digest;
  readonly bytes: number;
  readonly open: () => AsyncIterable<Uint8Array>;
}

/** One file of the package, below `data/`. */
export interface CaseEntry {
  readonly path: string;
  readonly role: string;
  readonly size: number;
  readonly open: () => AsyncIterable<Uint8Array>;
}

/** All entries of a case, by path. */
export function packageEntries(
  found: Case,
  made: MadeReport,
  signedReport: Uint8Array,
  stored: readonly StoredCopy[],
): readonly CaseEntry[] {
  const { facts, checks, diagnostics, intake } = found;
  const entries = [
    bytesEntry('data/report/report.pdf', 'report', signedReport),
    textEntry(
      'data/report/report.json',
      'report',
      prettyJson({
        schema: 'vouch.report/1',
        draft: made.draft,
        version: made.input.version,
        now: made.input.now,
        checks,
        scope: facts.scope,
      }),
    ),
    textEntry('data/engagement.json', 'engagement', printEngagement(withoutSecret(made.engagement))),
    textEntry('data/inventory/inventory.json', 'inventory', prettyJson(inventoryJson(facts))),
    textEntry(
      'data/checks/checks.json',
      'checks',
      prettyJson({ schema: 'vouch.check/1', catalogue: made.engagement.header.standard, results: checks }),
    ),
    textEntry(
      'data/intake/intake.json',
      'intake',
      prettyJson({ schema: 'vouch.inspect/1', files: intake.files, diagnostics }),
    ),
    textEntry(
      'data/simulation/reach.json',
      'simulation',
      prettyJson(
        facts.clusters.map(cluster => ({
          cluster: cluster.simulator.snapshot.cluster,
          profile: cluster.simulator.profile,
          rows: cluster.reach.rows,
        })),
      ),
    ),
    textEntry(
      'data/flows/replay.json',
      'flows',
      prettyJson({
        schema: 'vouch.replay/1',
        clusters: facts.clusters.flatMap(({ simulator, replay }) =>
          replay === undefined ? [] : [{ cluster: simulator.snapshot.cluster, ...replay }],
        ),
      }),
    ),
    ...tableEntries(made),
    ...evidenceEntries(found, stored),
  ];
  return entries.sort((a, b) => compareText(a.path, b.path));
}

function tableEntries(made: MadeReport): readonly CaseEntry[] {
  return (['inventory', 'network-access'] as const).flatMap(kind =>
    reportTables(kind, 'effective', made.input).flatMap(table => [
      textEntry(`data/${kind}/${table.name}.csv`, kind, table.csv),
      ...(`data/${kind}/${table.name}.json` === 'data/inventory/inventory.json'
        ? []
        : [textEntry(`data/${kind}/${table.name}.json`, kind, table.json)]),
    ]),
  );
}

/** Stored copies by digest: lower-case ASCII paths only, the names they came under are in meta.json. */
function evidenceEntries(found: Case, stored: readonly StoredCopy[]): readonly CaseEntry[] {
  const files = new Map(storedFiles(found.intake.files).map(file => [file.path, file]));
  const byDigest = new Map<Digest, StoredCopy[]>();
  for (const copy of stored) byDigest.set(copy.digest, [...(byDigest.get(copy.digest) ?? []), copy]);
  return [...byDigest].flatMap(([digest, copies]) => {
    const [first] = copies;
    if (first === undefined) return [];
    const folder = `data/evidence/${digest.slice(7, 39)}`;
    const origins = copies
      .map(({ path }) => {
        const file = files.get(path);
        return {
          path,
          format: file?.format,
          role: file?.role,
          records: file?.records,
          redactions: file?.redactions,
          ...(file?.originalHmac === undefined ? {} : { originalHmac: file.originalHmac }),
        };
      })
      .sort((a, b) => compareText(a.path, b.path));
    return [
      { path: `${folder}/content`, role: 'evidence', size: first.bytes, open: first.open },
      textEntry(
        `${folder}/meta.json`,
        'evidence-meta',
        prettyJson({ sha256: digest, bytes: first.bytes, origins }),
      ),
    ];
  });
}

function textEntry(path: string, role: string, text: string): CaseEntry {
  return bytesEntry(path, role, new TextEncoder().encode(text));
}

function bytesEntry(path: string, role: string, bytes: Uint8Array): CaseEntry {
  return { path, role, size: bytes.length, open: () => once(bytes) };
}
