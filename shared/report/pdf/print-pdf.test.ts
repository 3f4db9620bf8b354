// The printed report against the real tools (poppler, qpdf); where a tool is missing it is said, not passed over.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { reportCase } from '../../../test/fixtures/report-case.ts';
import { reportFonts } from '../../../test/fixtures/report-fonts.ts';
import type { Instant } from '../../base/brand.ts';
import { CancelledError } from '../../base/progress.ts';
import { buildReport } from '../build-report.ts';
import type { Block, ReportTree } from '../tree.ts';
import { printPdf, type PrintedReport, type PrintOptions } from './print-pdf.ts';

const options: PrintOptions = {
  fonts: reportFonts(),
  fileId: '0123456789abcdef0123456789abcdef',
  createdAt: '2026-03-02T09:30:00Z' as Instant,
  watermark: 'DRAFT',
};

function has(tool: string): boolean {
  try {
    execFileSync('sh', ['-c', `command -v ${tool}`], { stdio: 'ignore' });
    return true;
  } catch {
    console.log(`${tool} is not installed: its checks of the printed report are skipped`);
    return false;
  }
}

const poppler = has('pdftotext') && has('pdfinfo') && has('pdffonts');
const qpdf = has('qpdf');

let printed: PrintedReport;
let path: string;
const tree = buildReport(reportCase());
const consoles = (['log', 'warn', 'error', 'info'] as const).map(name => vi.spyOn(console, name));

beforeAll(async () => {
  consoles.forEach(spy => spy.mockClear());
  printed = await printPdf(tree, options);
  path = join(mkdtempSync(join(tmpdir(), 'vouch-report-')), 'report.pdf');
  writeFileSync(path, printed.bytes);
});
afterAll(() => vi.restoreAllMocks());

const run = (tool: string, ...args: string[]): string =>
  execFileSync(tool, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 1 << 26 });
/** Text of one page as a person would copy it. */
const pageText = (page: number): string =>
  run('pdftotext', '-f', String(page), '-l', String(page), '-layout', path, '-');

function headings(blocks: readonly Block[]): readonly { readonly text: string; readonly level: number }[] {
  return blocks.flatMap(block => {
    if (block.kind === 'heading') return [{ text: block.text, level: block.level }];
    return block.kind === 'finding' ? [{ text: `${block.number} ${block.title}`, level: 3 }] : [];
  });
}

describe('the printed report', () => {
  it('is made without a word on the console', () => {
    expect(consoles.flatMap(spy => spy.mock.calls)).toEqual([]);
  });

  it('names every character that its fonts lack, and prints its number in place', () => {
    expect(printed.missingGlyphs).toEqual(['U+65E5', 'U+672C', 'U+8A9E']);
    if (poppler) expect(run('pdftotext', path, '-')).toContain('newsletter-[U+65E5]');
  });

  it('has the same bytes again, and in another time zone', async () => {
    const zone = process.env['TZ'];
    const here = new Date(0).getHours();
    process.env['TZ'] = 'America/New_York';
    expect(new Date(0).getHours()).not.toBe(here);
    const other = await printPdf(buildReport(reportCase()), options);
    process.env['TZ'] = zone;
    expect(Buffer.compare(other.bytes, printed.bytes)).toBe(0);
  });

  it('returns a box for each of three signers, on the last page and inside the paper', () => {
    expect(printed.signatureBoxes.map(box => box.role)).toEqual(['qsa', 'qa-reviewer', 'client-officer']);
    for (const { page, rect } of printed.signatureBoxes) {
      expect(page).toBe(printed.pages);
      const [left, bottom, right, top] = rect;
      expect(right - left).toBeGreaterThan(180);
      expect(top - bottom).toBeGreaterThan(80);
      expect(bottom).toBeGreaterThan(0);
      expect(right).toBeLessThan(595);
    }
    const tops = printed.signatureBoxes.map(box => box.rect[3]);
    const bottoms = printed.signatureBoxes.map(box => box.rect[1]);
    expect(bottoms[0]).toBeGreaterThan(tops[1]!);
    expect(bottoms[1]).toBeGreaterThan(tops[2]!);
  });

  it('stops when it is told to, with progress in pages until then', async () => {
    const seen: number[] = [];
    const cancellation = { aborted: false };
    const onProgress = ({ done }: { done: number }): void => {
      seen.push(done);
      cancellation.aborted = true;
    };
    await expect(printPdf(tree, { ...options, onProgress, cancellation })).rejects.toThrow(CancelledError);
    expect(seen).toHaveLength(1);
  });
});

describe.skipIf(!poppler)('the printed report, read by poppler', () => {
  it('is tagged, titled, of PDF 1.7, and counts its pages', () => {
    const info = run('pdfinfo', path);
    expect(info).toMatch(/^Tagged: +yes$/m);
    expect(info).toMatch(/^Title: +Annual assessment 2026 of the EU card platform: assessment workpaper$/m);
    expect(info).toMatch(/^PDF version: +1\.7$/m);
    expect(info).toMatch(new RegExp(`^Pages: +${printed.pages}$`, 'm'));
    const raw = Buffer.from(printed.bytes).toString('latin1');
    expect(raw).toContain('/DisplayDocTitle true');
    expect(raw).toContain('/Lang (en-GB)');
  });

  it('lists its headings in order in the structure tree, and a description of every drawing', () => {
    const structure = run('pdfinfo', '-struct-text', path);
    const wanted = headings(tree.blocks).map(item => item.text.replaceAll(/\s+/g, ''));
    const found = [...structure.matchAll(/^ *H[123] \(block\)\n((?: +"[^"]*"\n?)+)/gm)]
      .map(match =>
        [...match[1]!.matchAll(/"([^"]*)"/g)]
          .map(part => part[1])
          .join('')
          .replaceAll(/\s+/g, ''),
      )
      .filter(text => wanted.includes(text));
    expect(found).toEqual(wanted);
    expect(structure).toMatch(/Table/);
    expect(structure).toMatch(/TH/);
    expect(structure).toMatch(/Figure/);
  });

  it('embeds every font it uses, as a subset with a way back to Unicode', () => {
    const rows = run('pdffonts', path).trim().split('\n').slice(2);
    expect(rows).toHaveLength(4);
    for (const row of rows) expect(row).toMatch(/CID TrueType +Identity-H +yes yes yes/);
  });

  it('gives the real page of every section in its contents, and the page number on every page', () => {
    const contents = pageText(2);
    for (const { text } of headings(tree.blocks).filter(item => item.level < 3)) {
      const line = contents.split('\n').find(item => item.trim().startsWith(text));
      expect(line, text).toBeDefined();
      const page = Number(/(\d+)\s*$/.exec(line!)?.[1]);
      expect(pageText(page).replaceAll(/\s+/g, ' '), `${text} on page ${page}`).toContain(text);
    }
    for (const page of [1, 2, printed.pages])
      expect(pageText(page)).toContain(`Page ${page} of ${printed.pages}`);
  });

  it('says on every page of a draft that it is one', () => {
    for (let page = 1; page <= printed.pages; page++) {
      const text = pageText(page);
      expect(text).toContain('DRAFT');
      // The letters across the page do not get into copied text.
      expect(text).not.toMatch(/^ *(DR|AF|T|D|R|A|F)$/m);
    }
  });

  it('never prints a word that would make it an attestation', () => {
    const text = `${run('pdftotext', path, '-')}\n${JSON.stringify(tree)}`;
    expect(text).not.toMatch(/\bcertif(y|ied|ies)\b/i);
    expect(text).not.toMatch(/\b(non-?)?compliant\b/i);
    expect(text).not.toMatch(/\b(pass|passed|fail|failed)\b[^\n]{0,3}$/im);
  });

  it('keeps Polish, Greek, Cyrillic and arrows readable, in any face', async () => {
    const words = 'Zażółć gęślą jaźń · Ωμέγα · Прокси · a → b';
    const other: ReportTree = {
      ...tree,
      blocks: [
        { kind: 'heading', level: 1, id: 'a', text: words },
        {
          kind: 'paragraph',
          runs: [
            { text: words, style: 'mono' },
            { text: ` ${words}`, style: 'em' },
          ],
        },
      ],
    };
    const out = await printPdf(other, options);
    expect(out.missingGlyphs).toEqual([]);
    const file = `${path}.words.pdf`;
    writeFileSync(file, out.bytes);
    const text = run('pdftotext', '-raw', file, '-').replaceAll(/\s+/g, ' ');
    expect(text.split(words).length - 1).toBeGreaterThanOrEqual(2);
  });
});

describe.skipIf(!qpdf)('the printed report, read by qpdf', () => {
  it('has no syntax error and no warning', () => {
    const out = run('qpdf', '--check', path);
    expect(out).toContain('No syntax or stream encoding errors found');
    expect(out).not.toMatch(/WARNING/);
  });

  it('has an outline whose entries lead to pages, and links from the contents', () => {
    const json = run('qpdf', '--json', '--json-key=outlines', '--json-key=pages', path);
    const { outlines } = JSON.parse(json) as { outlines: readonly OutlineEntry[] };
    const titles = outlines.map(item => item.title);
    expect(titles).toEqual(
      headings(tree.blocks)
        .filter(item => item.level === 1)
        .map(item => item.text),
    );
    const all = (items: readonly OutlineEntry[]): readonly OutlineEntry[] =>
      items.flatMap(item => [item, ...all(item.kids)]);
    for (const item of all(outlines)) expect(item.destpageposfrom1, item.title).toBeGreaterThan(2);
    expect(readFileSync(path, 'latin1').match(/\/Subtype \/Link/g)?.length).toBeGreaterThan(30);
  });
});

interface OutlineEntry {
  readonly title: string;
  readonly destpageposfrom1: number;
  readonly kids: readonly OutlineEntry[];
}
