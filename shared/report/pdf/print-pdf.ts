// Prints a report tree to PDF with jsPDF: lay out, add contents, paint, tag. The same tree, fonts and file id give
// the same bytes in every host and time zone. Signs nothing; seal does, in the boxes returned here.
import type { Instant } from '../../base/brand.ts';
import { assert } from '../../base/assert.ts';
import { checkCancelled, type Cancellation, type OnProgress } from '../../base/progress.ts';
import type { ReportTree } from '../tree.ts';
import { drawText, newFlow, type Flow } from './flow.ts';
import { fontMetadata, newDocument, type ReportFonts } from './jspdf-internals.ts';
import { layoutBlocks } from './layout-blocks.ts';
import { layoutContents } from './layout-contents.ts';
import { metricsOf, type Metrics } from './metrics.ts';
import { addNode, type Anchor, type Mark, type Page, type SignatureBox, type StructureNode } from './page.ts';
import { paintPage, type PageFrame } from './paint.ts';
import { writeStructure } from './structure.ts';
import { PAPER } from './theme.ts';

/** What the printer needs beside the tree. */
export interface PrintOptions {
  readonly fonts: ReportFonts;
  /** 32 hex digits, derived from the case. */
  readonly fileId: string;
  readonly createdAt: Instant;
  /** Printed across every page. */
  readonly watermark?: string;
  readonly onProgress?: OnProgress;
  readonly cancellation?: Cancellation;
  /** Lets the host breathe between pages. */
  readonly yield?: () => Promise<void>;
}

/** A printed report. */
export interface PrintedReport {
  readonly bytes: Uint8Array;
  readonly pages: number;
  readonly signatureBoxes: readonly SignatureBox[];
  /** Characters the fonts cannot show, as `U+65E5`; each is printed by its number. */
  readonly missingGlyphs: readonly string[];
}

/** Pages laid out before the host may breathe. */
const BREATH = 8;

/** Prints the tree. */
export async function printPdf(tree: ReportTree, options: PrintOptions): Promise<PrintedReport> {
  assert(/^[0-9a-fA-F]{32}$/.test(options.fileId), 'a file id has 32 hex digits');
  const document = newDocument(options.fonts, options.fileId, pdfDate(options.createdAt));
  const metrics = metricsOf(fontMetadata(document));
  const root: StructureNode = { role: 'Document', kids: [] };
  const laid = await layoutReport(tree, metrics, root, options);
  document.setDocumentProperties({ title: tree.title, subject: tree.entity, creator: 'Vouch' });
  document.setDisplayMode('fullpage', 'continuous', 'UseOutlines');
  writeStructure(document, root, laid.anchors);
  const anchors = new Map(laid.anchors.map(anchor => [anchor.id, anchor]));
  for (const [index, page] of laid.pages.entries()) {
    if (index > 0) document.addPage();
    paintPage(
      document,
      page,
      index,
      frameOf(tree, metrics, page, index, laid.pages.length, options),
      anchors,
    );
    if (index % BREATH === BREATH - 1) await breathe(options, 'print', index + 1, laid.pages.length);
  }
  await breathe(options, 'print', laid.pages.length, laid.pages.length);
  return {
    bytes: new Uint8Array(document.output('arraybuffer')),
    pages: laid.pages.length,
    signatureBoxes: laid.signatures,
    missingGlyphs: metrics.missing(),
  };
}

interface LaidOut {
  readonly pages: readonly Page[];
  readonly anchors: readonly Anchor[];
  readonly signatures: readonly SignatureBox[];
}

/** Cover, contents, body: the body is laid out first, then moved behind the contents. */
async function layoutReport(
  tree: ReportTree,
  metrics: Metrics,
  root: StructureNode,
  options: PrintOptions,
): Promise<LaidOut> {
  const cover = tree.blocks.filter(block => block.kind === 'cover');
  const front = newFlow(metrics, addNode(root, 'Sect'));
  const first = layoutBlocks(front, cover);
  while (first.next().done !== true) checkCancelled(options.cancellation);
  front.pages.pop();
  const contentsNode = addNode(root, 'Sect');
  const body: Flow = newFlow(metrics, addNode(root, 'Sect'));
  let pages = 0;
  const rest = tree.blocks.filter(block => block.kind !== 'cover');
  const steps = layoutBlocks(body, rest);
  while (steps.next().done !== true) {
    if (body.pages.length < pages + BREATH) continue;
    pages = body.pages.length;
    await breathe(options, 'lay out', pages);
  }
  const before = front.pages.length;
  const shifted = body.anchors.map(anchor => ({ ...anchor, page: anchor.page + before }));
  const contents = layoutContents(metrics, shifted, contentsNode);
  const shift = before + contents.shift;
  return {
    pages: [...front.pages, ...contents.flow.pages, ...body.pages],
    anchors: body.anchors.map(anchor => ({ ...anchor, page: anchor.page + shift })),
    signatures: body.signatures.map(box => ({ ...box, page: box.page + shift })),
  };
}

async function breathe(options: PrintOptions, phase: string, done: number, total?: number): Promise<void> {
  checkCancelled(options.cancellation);
  options.onProgress?.({ phase, done, unit: 'pages', ...(total === undefined ? {} : { total }) });
  await options.yield?.();
  checkCancelled(options.cancellation);
}

/** Header, footer and watermark: artifacts, drawn around the text. */
function frameOf(
  tree: ReportTree,
  metrics: Metrics,
  page: Page,
  index: number,
  total: number,
  { watermark }: PrintOptions,
): PageFrame {
  const flow = newFlow(metrics, { role: 'Document', kids: [] });
  const right = PAPER.width - PAPER.right;
  const small = { size: 7.5, ink: 'muted' } as const;
  const line = (y: number): Mark => ({
    kind: 'path',
    points: [
      [PAPER.left, y],
      [right, y],
    ],
    closed: false,
    stroke: 'hairline',
    weight: 0.5,
    dash: 'solid',
  });
  if (index > 0) {
    const across = right - PAPER.left;
    const entity = `${fitText(metrics, tree.entity, across * 0.4, small.size)}${tree.draft ? ' · DRAFT' : ''}`;
    const left = across - metrics.width(entity, 'regular', small.size) - 20;
    const title = fitText(metrics, tree.runningTitle, left, small.size);
    drawText(flow, title, { ...small, x: PAPER.left, y: PAPER.header });
    drawText(flow, entity, { ...small, x: right, y: PAPER.header, anchor: 'end' });
    flow.pages[0]?.marks.push(line(PAPER.header + 8), line(PAPER.footer - 14));
  }
  drawText(flow, tree.footer, { ...small, x: PAPER.left, y: PAPER.footer });
  drawText(flow, `Page ${index + 1} of ${total}`, { ...small, x: right, y: PAPER.footer, anchor: 'end' });
  if (page.substituted)
    drawText(
      flow,
      '[U+…] stands for a character that the fonts of this report cannot show; the number is exact.',
      {
        size: 6.5,
        ink: 'muted',
        x: PAPER.left,
        y: PAPER.footer + 10,
      },
    );
  return {
    head: flow.pages[0]?.marks ?? [],
    watermark: watermark === undefined ? [] : [watermarkOf(metrics, watermark)],
  };
}

/** A text of one line, cut with an ellipsis where it is too long (it stands whole on the cover). */
function fitText(metrics: Metrics, text: string, width: number, size: number): string {
  if (metrics.width(text, 'regular', size) <= width) return text;
  const characters = Array.from(text);
  while (characters.length > 1 && metrics.width(`${characters.join('')}…`, 'regular', size) > width)
    characters.pop();
  return `${characters.join('').trimEnd()}…`;
}

/** Large, very light, across the page, under the text: it is seen, and the text stays readable. */
function watermarkOf(metrics: Metrics, text: string): Exclude<Mark, { kind: 'link' }> {
  const angle = 52;
  const radians = (angle * Math.PI) / 180;
  const size = Math.min(170, (640 / metrics.width(text, 'semibold', 100)) * 100);
  const half = metrics.width(text, 'semibold', size) / 2;
  const drop = size * 0.35;
  return {
    kind: 'text',
    x: PAPER.width / 2 - half * Math.cos(radians) + drop * Math.sin(radians),
    y: PAPER.height / 2 + half * Math.sin(radians) + drop * Math.cos(radians),
    text,
    face: 'semibold',
    size,
    ink: 'watermark',
    angle,
  };
}

/** `D:YYYYMMDDhhmmss+00'00'`: as text, because a Date would be written in local time. */
function pdfDate(instant: Instant): string {
  return `D:${instant.slice(0, 19).replaceAll(/[-:T]/g, '')}+00'00'`;
}
