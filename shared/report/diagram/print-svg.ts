// Prints a drawing as SVG text, for the window and for export: presentation attributes only (no inline style, so a
// strict content policy accepts it), a class per tint so that the window may recolour it, title and description.
import { arrowHead, type Dash, type Drawing, type Shape, type Tint } from './drawing.ts';

/** Colours of the tints in a file that stands alone. */
const COLOURS: Readonly<Record<Tint, string>> = {
  ink: '#171b22',
  muted: '#565e6b',
  hairline: '#c6ccd5',
  accent: '#124e78',
  cde: '#9c1f12',
  'cde-tint': '#f6ecea',
  assess: '#7d5200',
  band: '#f3f5f8',
  paper: '#ffffff',
  none: 'none',
};

const FAMILIES = {
  regular: 'font-family="IBM Plex Sans, sans-serif"',
  semibold: 'font-family="IBM Plex Sans, sans-serif" font-weight="600"',
  mono: 'font-family="IBM Plex Mono, monospace"',
} as const;

/** A stand-alone SVG document. */
export function printSvg(drawing: Drawing): string {
  const size = `${number(drawing.width)} ${number(drawing.height)}`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size}" width="${number(drawing.width)}" height="${number(drawing.height)}" role="img">`,
    `<title>${escapeXml(drawing.title)}</title>`,
    `<desc>${escapeXml(drawing.alt)}</desc>`,
    ...drawing.shapes.map(printShape),
    '</svg>',
    '',
  ].join('\n');
}

function printShape(shape: Shape): string {
  switch (shape.kind) {
    case 'box':
      return `<rect x="${number(shape.x)}" y="${number(shape.y)}" width="${number(shape.width)}" height="${number(shape.height)}" rx="${number(shape.radius)}" ${fill(shape.fill)} ${stroke(shape.stroke, shape.weight, shape.dash)}/>`;
    case 'line': {
      const points = pointsOf(shape.points);
      const line = `<polyline points="${points}" fill="none" ${stroke(shape.stroke, shape.weight, shape.dash)}/>`;
      if (!shape.arrow) return line;
      return `${line}<polygon points="${pointsOf(arrowHead(shape.points, 4 + shape.weight * 2))}" ${fill(shape.stroke)}/>`;
    }
    case 'label':
      return `<text x="${number(shape.x)}" y="${number(shape.y)}" font-size="${number(shape.size)}" ${FAMILIES[shape.face]} text-anchor="${shape.anchor}" ${fill(shape.tint)}>${escapeXml(shape.text)}</text>`;
  }
}

function fill(tint: Tint): string {
  return `class="fill-${tint}" fill="${COLOURS[tint]}"`;
}

function stroke(tint: Tint, weight: number, dash: Dash): string {
  if (tint === 'none' || weight === 0) return 'stroke="none"';
  const pattern = dash === 'solid' ? '' : ` stroke-dasharray="${dash === 'dashed' ? '4 2.4' : '1.1 2'}"`;
  return `stroke="${COLOURS[tint]}" stroke-width="${number(weight)}"${pattern}`;
}

function pointsOf(points: readonly (readonly [number, number])[]): string {
  return points.map(([x, y]) => `${number(x)},${number(y)}`).join(' ');
}

function number(value: number): string {
  return String(Math.round(value * 100) / 100);
}

/** Text in an element or attribute; characters that XML does not know become U+FFFD. */
function escapeXml(text: string): string {
  return text
    .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
