// Golden pairs of the door: the files of a folder and what they become. `expected.json` is rewritten only with
// VOUCH_UPDATE_GOLDEN=1.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { prettyJson } from '../../../shared/base/json.ts';
import type { Intake, IntakeFile } from '../../../shared/intake/intake.ts';
import type { FlowTable } from '../../../shared/model/flow-table.ts';
import { importing } from '../../fixtures/importing.ts';

const here = import.meta.dirname;
const cases = readdirSync(here, { withFileTypes: true }).filter(entry => entry.isDirectory());

describe('what comes through the door', () => {
  it.each(cases.map(entry => entry.name))('is as agreed for %s', async name => {
    const folder = join(here, name);
    const inputs = readdirSync(folder).filter(file => file !== 'expected.json');
    const files = inputs.map(path => ({ path, content: new Uint8Array(readFileSync(join(folder, path))) }));
    const { intake } = await importing(files);
    const found = prettyJson(printed(intake));
    const golden = join(folder, 'expected.json');
    if (process.env['VOUCH_UPDATE_GOLDEN'] === '1') writeFileSync(golden, found);
    expect(found).toBe(readFileSync(golden, 'utf8'));
  });
});

function printed(intake: Intake): unknown {
  return {
    ...intake,
    files: intake.files.map(printedFile),
    objects: intake.objects.map(object => ({ ...object, lines: Object.fromEntries(object.lines) })),
    flows: intake.flows.map(printedTable),
  };
}

function printedFile({ sha256, bytes, ...file }: IntakeFile): unknown {
  return file;
}

const TEXTS = [
  'srcNamespace',
  'srcName',
  'dstNamespace',
  'dstName',
  'srcIp',
  'dstIp',
  'srcLabels',
  'dstLabels',
  'dstService',
  'dstDomains',
  'policies',
  'pendingPolicies',
  'protocol',
];

/** Rows as objects, texts looked up. */
function printedTable(table: FlowTable): unknown {
  const rows = table.parts.flatMap(part =>
    Array.from({ length: part.rows }, (_, row) =>
      Object.fromEntries(
        Object.entries(part)
          .filter(([column]) => column !== 'rows')
          .map(([column, values]) => {
            const value = (values as ArrayLike<number>)[row] ?? 0;
            return [column, TEXTS.includes(column) ? table.strings[value] : value];
          }),
      ),
    ),
  );
  return { cluster: table.cluster, files: table.files, lost: table.lost, nodes: table.nodes, rows };
}
