// The sample engagement: what ANSWERS.md says was planted is found where it says, nothing else contradicts a requirement,
// and the committed files are what the generator makes.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Case } from '../../shared/engagement/run-case.ts';
import { agreementOf } from '../../shared/verdict/replay.ts';
import { SAMPLE, sampleCase, sampleTexts } from '../fixtures/sample-case.ts';
import { flowLines } from '../generate/flows.ts';
import { sampleFiles } from '../generate/sample.ts';

interface Pair {
  readonly place: string;
  readonly text: string;
}

interface Answer {
  readonly id: string;
  readonly planted: readonly Pair[];
  readonly shows: readonly Pair[];
}

const ANSWERS = readAnswers();
/** Whom a contradiction may be about, and which answer explains it. */
const EXPLAINED: readonly (readonly [string, RegExp])[] = [
  ['P01', /^cart\/debug-shell\[Pod\] to /],
  ['P03', /^settlement\/sftp-out-\S+: no enforced policy selects it for ingress/],
  ['P03', /^settlement\/sftp-out\[Deployment\] may be reached from/],
  ['P04', /vault\/audit-shipper\[DaemonSet\]/],
  ['P05', /^fraud\/case-ui\[Deployment\] to tokenisation\/token-db\[StatefulSet\]/],
  ['P06', /^gateway\/webhook\[Deployment\] may (reach|connect to) 0\.0\.0\.0\/0 on TCP 443/],
  ['P07', /^storefront\/web\[Deployment\] to gateway\/gateway-db\[StatefulSet\]/],
  ['P09', /^settlement\/sftp-out\[Deployment\] is exposed by Service settlement\/sftp-out/],
  ['P12', /lacks user, origin$/],
];
const texts = sampleTexts();
const stored: string[] = [];
let found: Case;

beforeAll(async () => {
  const decoder = new TextDecoder();
  found = await sampleCase(texts, {
    put: async (_path, _digest, _bytes, open) => {
      for await (const chunk of open()) stored.push(decoder.decode(chunk));
    },
  });
});

describe('the planted problems', () => {
  it('are at least twelve, each planted and shown somewhere', () => {
    expect(ANSWERS.length).toBeGreaterThanOrEqual(12);
    for (const { id, planted, shows } of ANSWERS) {
      expect(planted, id).not.toEqual([]);
      expect(shows, id).not.toEqual([]);
    }
  });

  it.each(ANSWERS.flatMap(({ id, planted }) => planted.map(pair => [id, pair.place, pair.text] as const)))(
    '%s is planted at %s',
    (_, place, text) => {
      const [, path = '', line = ''] = /^(.+):(\d+)$/.exec(place) ?? [];
      expect(texts.get(path)?.split('\n')[Number(line) - 1]).toContain(text);
    },
  );

  it.each(ANSWERS.flatMap(({ id, shows }) => shows.map(pair => [id, pair.place, pair.text] as const)))(
    '%s shows as %s: %s',
    (_, place, text) => {
      expect(saidAt(place).filter(said => said.includes(text))).not.toEqual([]);
    },
  );
});

describe('what was not planted', () => {
  it('contradicts no requirement', () => {
    const contradicting = found.checks
      .flatMap(check => check.witnesses.map(witness => ({ id: check.id, ...witness })))
      .filter(witness => witness.outcome === 'fail');
    const unexplained = contradicting.filter(({ text }) => !EXPLAINED.some(([, about]) => about.test(text)));
    expect(unexplained.map(({ id, text }) => `${id}: ${text}`)).toEqual([]);
    for (const [id, about] of EXPLAINED)
      expect(
        contradicting.some(({ text }) => about.test(text)),
        `${id} ${String(about)}`,
      ).toBe(true);
  });

  it('agrees with the flow log in every other row', () => {
    const rows = found.facts.clusters.flatMap(cluster => cluster.replay?.rows ?? []);
    expect(rows.filter(row => agreementOf(row) === 'contradict')).toHaveLength(1);
    expect(rows.filter(row => agreementOf(row) === 'indeterminate')).toEqual([]);
    expect(rows.length).toBeGreaterThan(100);
  });

  it('passes intake without another word', () => {
    expect(found.diagnostics.map(item => item.code)).toEqual([
      'intake.account-data.pan',
      'intake.collection.forbidden',
    ]);
    expect(found.intake.files.filter(file => file.format === 'unrecognised')).toEqual([]);
  });
});

describe('the case of the sample', () => {
  it('keeps none of the secrets that came with the export', () => {
    const planted = ['correct-horse-battery-staple', 's3cr3t-sample', '4111111111111111'];
    const encoded = ['Y29ycmVjdC1ob3JzZS1iYXR0ZXJ5LXN0YXBsZQ==', 'c2FtcGxlLWtleS1ub3QtcmVhbA==', 'dmF1bHQ='];
    const given = [...texts.values()].join('');
    const { facts, ...rest } = found;
    const kept = `${stored.join('')}${JSON.stringify(rest)}${JSON.stringify(facts.scope)}`;
    for (const secret of [...planted, ...encoded]) {
      expect(given.includes(secret), secret).toBe(true);
      expect(kept.includes(secret), secret).toBe(false);
    }
  });

  it('is the same whatever the order of the files', async () => {
    const other = await sampleCase([...texts].reverse());
    expect(JSON.stringify(other.checks)).toBe(JSON.stringify(found.checks));
    expect(JSON.stringify(other.facts.scope)).toBe(JSON.stringify(found.facts.scope));
    expect(JSON.stringify(other.diagnostics)).toBe(JSON.stringify(found.diagnostics));
  });
});

describe('the generator', () => {
  it('makes the committed files byte for byte, every time', () => {
    const made = sampleFiles();
    for (const [path, text] of made)
      expect(readFileSync(join(SAMPLE, path), 'utf8') === text, path).toBe(true);
    expect([...sampleFiles()]).toEqual([...made]);
    expect([...made.keys()].sort()).toEqual([...texts.keys()].filter(path => path !== 'flows.log').sort());
  });

  it('makes the flow log whose digest is pinned', () => {
    const hash = createHash('sha256');
    for (const line of flowLines()) hash.update(`${line}\n`);
    const pinned = readFileSync(join(SAMPLE, 'flows.sha256'), 'utf8').split(/\s/)[0];
    expect(hash.digest('hex')).toBe(pinned);
  });
});

/** Every text that a place of the last column holds. */
function saidAt(place: string): readonly string[] {
  const [kind = '', what = '', more = ''] = place.split(' ');
  if (kind === 'check')
    return found.checks
      .filter(check => check.id === what && check.outcome === more)
      .flatMap(check => [
        ...check.witnesses.filter(witness => witness.outcome === more).map(witness => witness.text),
        ...check.coverage.gaps,
      ]);
  const { items, decisions } = found.facts.scope;
  if (kind === 'scope' && what === 'item')
    return items.filter(item => item.kind === more).map(item => item.text);
  if (kind === 'scope')
    return decisions.filter(decision => decision.category === what).map(decision => decision.workload);
  if (kind === 'diagnostic')
    return found.diagnostics
      .filter(item => item.code === what)
      .map(item => `${item.file}:${item.line ?? ''}`);
  if (kind === 'masked')
    return found.intake.files.flatMap(file =>
      Object.entries(file.redactionsByKind).flatMap(([name, count]) =>
        name === what ? [`${file.path}: ${count}`] : [],
      ),
    );
  if (place === 'replay contradict')
    return found.facts.clusters
      .flatMap(cluster => cluster.replay?.rows ?? [])
      .filter(row => agreementOf(row) === 'contradict')
      .map(row => `${row.src} -> ${row.dst} ${row.protocol} ${row.port ?? ''}`);
  throw new Error(`ANSWERS.md names a place that nobody knows: ${place}`);
}

function readAnswers(): readonly Answer[] {
  const lines = readFileSync(join(SAMPLE, 'ANSWERS.md'), 'utf8').split('\n');
  return lines.flatMap(line => {
    const [, id = '', , planted = '', shows = ''] =
      line.split(' | ').length === 4 ? ['', ...cellsOf(line)] : [];
    return /^P\d\d$/.test(id) ? [{ id, planted: pairsOf(planted), shows: pairsOf(shows) }] : [];
  });
}

function cellsOf(line: string): readonly string[] {
  return line.replace(/^\| /, '').replace(/ \|$/, '').split(' | ');
}

/** `` `place` `text`<br>... `` */
function pairsOf(cell: string): readonly Pair[] {
  return cell.split('<br>').map(pair => {
    const [, place = '', text = ''] = /^`([^`]+)` `([^`]+)`$/.exec(pair.trim()) ?? [];
    if (place === '') throw new Error(`ANSWERS.md: not a place and a text: ${pair}`);
    return { place, text };
  });
}
