// jsPDF has one build for Node and one for browsers; the report must come out of both with the same bytes.
import { expect, it, vi } from 'vitest';
import { reportCase } from '../../../test/fixtures/report-case.ts';
import { reportFonts } from '../../../test/fixtures/report-fonts.ts';
import type { Instant } from '../../base/brand.ts';
import { buildReport } from '../build-report.ts';

it('is printed with the same bytes by the build for browsers', async () => {
  const options = {
    fonts: reportFonts(),
    fileId: 'ab'.repeat(16),
    createdAt: '2026-03-02T09:30:00Z' as Instant,
  };
  const tree = buildReport(reportCase());
  const node = await (await import('./print-pdf.ts')).printPdf(tree, options);
  vi.resetModules();
  const browserBuild = new URL('../../../node_modules/jspdf/dist/jspdf.es.min.js', import.meta.url).href;
  vi.doMock('jspdf', () => import(/* @vite-ignore */ browserBuild) as Promise<object>);
  const browser = await (await import('./print-pdf.ts')).printPdf(tree, options);
  expect(Buffer.compare(node.bytes, browser.bytes)).toBe(0);
});
