// Widths of IBM Plex Sans Regular for laying out drawings without a font at hand: labels are cut to their boxes in
// the window and in the PDF alike. Thousandths of the size for U+0020-007E; other characters count as wide.

/** Faces of labels. */
type LabelFace = 'regular' | 'semibold' | 'mono';

const WIDTHS = [
  236, 284, 419, 713, 598, 927, 694, 242, 335, 335, 450, 600, 272, 399, 272, 383, 600, 600, 600, 600, 600,
  600, 600, 600, 600, 600, 292, 292, 600, 600, 600, 477, 891, 641, 653, 621, 671, 583, 559, 695, 707, 400,
  510, 634, 501, 812, 707, 708, 606, 708, 640, 581, 572, 678, 609, 891, 613, 593, 580, 317, 383, 317, 600,
  565, 600, 534, 580, 503, 580, 549, 324, 528, 568, 250, 250, 527, 272, 873, 568, 560, 580, 580, 367, 487,
  351, 568, 492, 768, 507, 499, 464, 343, 314, 343, 600,
];

/** Approximate width of a label; never less than it will be by more than a hair. */
export function labelWidth(text: string, size: number, face: LabelFace): number {
  let sum = 0;
  for (const character of text) {
    const known = WIDTHS[character.charCodeAt(0) - 32];
    sum += face === 'mono' ? 600 : (known ?? 700) * (face === 'semibold' ? 1.08 : 1);
  }
  return (sum * size) / 1000;
}

/** The label cut in the middle to a width, so that beginning and end of a name stay readable. */
export function fitLabel(text: string, width: number, size: number, face: LabelFace): string {
  if (labelWidth(text, size, face) <= width) return text;
  const characters = Array.from(text);
  for (let keep = characters.length - 1; keep > 1; keep--) {
    const head = Math.ceil(keep * 0.6);
    const cut = `${characters.slice(0, head).join('')}…${characters.slice(characters.length - (keep - head)).join('')}`;
    if (labelWidth(cut, size, face) <= width) return cut;
  }
  return '…';
}
