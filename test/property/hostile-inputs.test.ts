// Every hostile input goes the whole way, beside a good neighbour: import, model, simulation, checks. It is said of it
// what is stated, the neighbour comes in whole, nothing throws, nothing takes long, and no prototype is touched.
import { describe, expect, it } from 'vitest';
import { nodeGunzip } from '../../cli/node-host.ts';
import { collect } from '../../shared/archive/bytes.ts';
import { runCase } from '../../shared/engagement/run-case.ts';
import type { Diagnostic, IntakeFile, IntakeSource } from '../../shared/intake/intake.ts';
import { nodeDigests } from '../fixtures/digests.ts';
import { exampleEngagement } from '../fixtures/engagements.ts';
import { NEIGHBOUR, type HostileContent, type HostileInput } from '../fixtures/hostile/hostile-input.ts';
import { HOSTILE_INPUTS } from '../fixtures/hostile/hostile-inputs.ts';

/** Seconds of computing that no input may take. */
const LONGEST = 5;
const PROTOTYPES = [Object.prototype, Array.prototype, String.prototype, Function.prototype];

for (const [kind, inputs] of Object.entries(HOSTILE_INPUTS))
  describe(`hostile ${kind}`, () => {
    it.each(inputs.map(input => [input.name, input] as const))('%s', async (_name, input) => {
      const shapes = PROTOTYPES.map(shapeOf);
      const began = process.cpuUsage();
      const { found, stored } = await wholeWay(input);
      const took = process.cpuUsage(began);
      const rows = found.intake.files.filter(file => file.path !== NEIGHBOUR.path);
      expect({
        said: saidOf(found.intake.diagnostics, input),
        records: rows.reduce((sum, row) => sum + row.records, 0),
        refused: found.intake.hostile.length > 0,
      }).toEqual({
        said: [...input.said].sort(),
        records: input.records ?? 0,
        refused: input.refused === true,
      });
      expectNeighbour(found.intake.files, stored);
      expect(found.clusters.flatMap(({ snapshot }) => snapshot.pods.map(pod => pod.id))).toContain(
        'good/card-0',
      );
      for (const path of found.intake.hostile)
        expect([...stored].filter(one => one.startsWith(path))).toEqual([]);
      expect(PROTOTYPES.map(shapeOf)).toEqual(shapes);
      expect((took.user + took.system) / 1e6).toBeLessThan(LONGEST);
    });
  });

describe('the hostile set', () => {
  it('has names of its own for at least 120 inputs', () => {
    const names = Object.values(HOSTILE_INPUTS).flatMap(inputs => inputs.map(input => input.name));
    expect(new Set(names).size).toBe(names.length);
    expect(names.length).toBeGreaterThanOrEqual(120);
    process.stdout.write(`${names.length} hostile inputs\n`);
  });
});

async function wholeWay(input: HostileInput) {
  const stored: string[] = [];
  const sources = [
    sourceOf(NEIGHBOUR.path, NEIGHBOUR.text),
    ...Object.entries(input.files).map(([path, content]) => sourceOf(path, content)),
  ];
  const found = await runCase(
    sources,
    { engagement: exampleEngagement(), profile: 'auto' },
    {
      digests: nodeDigests,
      secret: new Uint8Array(32).fill(7),
      gunzip: nodeGunzip,
      ...(input.limits === undefined ? {} : { limits: input.limits }),
      sink: {
        put: async (path, _digest, bytes, open) => {
          if ((await collect(open())).length !== bytes)
            throw new Error(`${path} is stored with another length`);
          stored.push(path);
        },
      },
    },
  );
  return { found, stored };
}

/** A file handed over in small pieces, so that every boundary is met, or as it streams. */
function sourceOf(path: string, content: HostileContent): IntakeSource {
  if (typeof content === 'function') return { role: 'any', file: { path, open: content } };
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  const step = Math.max(61, Math.ceil(bytes.length / 500));
  return {
    role: 'any',
    file: {
      path,
      size: bytes.length,
      open: async function* () {
        await Promise.resolve();
        for (let at = 0; at < bytes.length; at += step) yield bytes.subarray(at, at + step);
      },
    },
  };
}

/** Warnings and errors, and what else was to be said: with the line where the input states it. */
function saidOf(diagnostics: readonly Diagnostic[], { said }: HostileInput): readonly string[] {
  const all = diagnostics.filter(item => item.file !== NEIGHBOUR.path);
  const texts = all.map(({ code, line, severity }) => {
    const placed = `${code}@${line ?? 0}`;
    if (said.includes(placed)) return placed;
    return severity === 'info' && !said.includes(code) ? undefined : said.includes(code) ? code : placed;
  });
  return [...new Set(texts.filter(text => text !== undefined))].sort();
}

function expectNeighbour(files: readonly IntakeFile[], stored: readonly string[]): void {
  const row = files.find(file => file.path === NEIGHBOUR.path);
  expect(row).toMatchObject({ format: 'kubernetes', records: NEIGHBOUR.records });
  expect(stored).toContain(NEIGHBOUR.path);
}

function shapeOf(prototype: object): readonly string[] {
  return Reflect.ownKeys(prototype).map(String).sort();
}
