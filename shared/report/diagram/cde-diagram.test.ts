// The CDE diagram shows every connection that touches the CDE and nothing overlaps; it reads without colour.
import { describe, expect, it } from 'vitest';
import { reportCase } from '../../../test/fixtures/report-case.ts';
import type { WorkloadId } from '../../base/brand.ts';
import type { ReachMatrix } from '../../verdict/verdict.ts';
import { cdeDiagram } from './cde-diagram.ts';
import { cdeGraph } from './cde-graph.ts';
import type { Shape } from './drawing.ts';
import { printSvg } from './print-svg.ts';

const { scope, clusters } = reportCase();
const [cluster] = clusters;
const { snapshot } = cluster!.simulator;
const note = { date: '2026-02-18', coverage: 'Not seen: GlobalNetworkPolicy.' };
const draw = (reach: ReachMatrix = cluster!.reach) => cdeDiagram(scope, reach, snapshot, note);
const isBox = (shape: Shape): shape is Shape & { kind: 'box' } => shape.kind === 'box';
/** Boxes of workloads: those with an outline of their own, above the legend. */
const boxes = () =>
  draw()
    .drawing.shapes.filter(isBox)
    .filter(box => box.height > 20 && box.fill !== 'band');

describe('the CDE diagram', () => {
  it('numbers every connection that touches the CDE, and no other', () => {
    const edges = draw().edges.map(edge => `${edge.fromTitle} -> ${edge.toTitle}`);
    expect(edges).toHaveLength(12);
    expect(edges).toContain(
      'payment-gateway/acquirer-connector-visa-mastercard-fallback -> External addresses',
    );
    expect(edges.some(edge => edge.includes('newsletter'))).toBe(false);
    const labels = draw().drawing.shapes.flatMap(shape => (shape.kind === 'label' ? [shape.text] : []));
    for (const edge of draw().edges) expect(labels).toContain(String(edge.number));
  });

  it('draws what cannot be told as dashed, never as allowed', () => {
    const edge = draw().edges.find(item => item.fromTitle === 'fraud/risk-scoring');
    expect(edge?.allow).toEqual([]);
    expect(edge?.indeterminate).toHaveLength(1);
    const dashed = draw().drawing.shapes.filter(shape => shape.kind === 'line' && shape.dash === 'dashed');
    expect(dashed).toHaveLength(3);
  });

  it('tells categories by line, not by colour alone', () => {
    const looks = new Set(boxes().map(box => `${box.dash} ${box.weight} ${box.radius}`));
    expect(looks.size).toBe(5);
  });

  it('lays no box over another, and keeps inside the drawing', () => {
    const { width, height } = draw().drawing;
    const all = boxes();
    expect(all).toHaveLength(12);
    for (const [index, a] of all.entries()) {
      expect(a.x + a.width).toBeLessThanOrEqual(width);
      expect(a.y + a.height).toBeLessThanOrEqual(height);
      for (const b of all.slice(index + 1))
        expect(
          a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y,
        ).toBe(true);
    }
  });

  it('is the same whatever the order of rows and decisions', () => {
    const turned = { ...scope, decisions: scope.decisions.toReversed() };
    const reach = { ...cluster!.reach, rows: cluster!.reach.rows.toReversed() };
    expect(cdeDiagram(turned, reach, snapshot, note)).toEqual(draw());
  });

  it('stands for namespaces when there are too many workloads', () => {
    const decisions = Array.from({ length: 60 }, (_, index) => ({
      ...scope.decisions[0]!,
      workload: `ns-${index % 5}/app-${index}[Deployment]` as WorkloadId,
    }));
    const graph = cdeGraph({ ...scope, decisions }, { rows: [], workloads: [], externals: [] }, snapshot);
    expect(graph.summarised).toBe(true);
    expect(graph.boxes.map(box => box.title)).toEqual(Array<string>(5).fill('12 workloads'));
  });

  it('stands for namespaces when there are too many connections', () => {
    const [vault] = scope.decisions.filter(item => item.category === 'cde');
    const decisions = Array.from({ length: 30 }, (_, index) => ({
      ...vault!,
      workload: `ns-${index % 3}/app-${index}[Deployment]` as WorkloadId,
    }));
    const rows = decisions.flatMap(({ workload }, index) =>
      [1, 2].map(step => ({
        src: workload,
        dst: decisions[(index + step) % 30]!.workload,
        allow: [{ protocol: 'TCP' as const, from: 443, to: 443 }],
        indeterminate: [],
        because: [],
      })),
    );
    const graph = cdeGraph({ ...scope, decisions }, { rows, workloads: [], externals: [] }, snapshot);
    expect(graph.summarised).toBe(true);
    expect(graph.edges).toHaveLength(6);
  });

  it('carries date, coverage and legend, and a description for those who cannot see it', () => {
    const { drawing } = draw();
    const labels = drawing.shapes.flatMap(shape => (shape.kind === 'label' ? [shape.text] : []));
    expect(labels).toContain('Data: 2026-02-18. 1 out-of-scope candidate not drawn.');
    expect(labels).toContain('Not seen: GlobalNetworkPolicy.');
    expect(labels).toContain('the files cannot tell');
    expect(drawing.alt).toContain('12 possible connections touch the CDE');
  });
});

describe('the SVG of a drawing', () => {
  it('is well formed and escapes what names may hold', () => {
    const svg = printSvg({
      width: 10,
      height: 10,
      title: 'a < b & "c"',
      alt: '\u0000',
      shapes: [
        { kind: 'label', x: 1, y: 2, text: '<script>', size: 8, face: 'mono', anchor: 'start', tint: 'ink' },
      ],
    });
    expect(svg).toContain('<title>a &lt; b &amp; &quot;c&quot;</title>');
    expect(svg).toContain('&lt;script&gt;');
    expect(svg).not.toContain('<script>');
    expect(svg).toContain('<desc>\ufffd</desc>');
  });

  it('holds no inline style, so that a strict content policy shows it', () => {
    expect(printSvg(draw().drawing)).not.toMatch(/style=/);
  });
});
