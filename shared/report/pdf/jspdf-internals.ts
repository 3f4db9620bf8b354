// The only place that knows jsPDF 4.2.1's unofficial parts: font metrics, events, object numbering, operators.
// Version pinned in package.json; print-pdf.test.ts holds one check per hook, so that an update cannot move them silently.
import { jsPDF } from 'jspdf';
import type { Face } from './theme.ts';

/** Metrics of an embedded face, as jsPDF's own reader gives them. */
interface FontMetadata {
  characterToGlyph(character: number): number;
  widthOfGlyph(glyph: number): number;
}

interface Internals {
  readonly events: { subscribe(event: string, listener: (payload: never) => void): void };
  readonly write: (...parts: readonly string[]) => void;
  newObjectDeferred(): number;
  newObjectDeferredBegin(id: number, doOutput: boolean): void;
  getPageInfo(page: number): { readonly objId: number };
}

/** Font bytes by face; the core reads no files. */
export type ReportFonts = Readonly<Record<Face, Uint8Array>>;

/** Names under which the faces are embedded. The prefix says that each is a subset. */
export const FACES: readonly { readonly face: Face; readonly name: string }[] = [
  { face: 'regular', name: 'VOUCHA+IBMPlexSans' },
  { face: 'italic', name: 'VOUCHB+IBMPlexSans-Italic' },
  { face: 'semibold', name: 'VOUCHC+IBMPlexSans-SemiBold' },
  { face: 'mono', name: 'VOUCHD+IBMPlexMono' },
];

/** A new document with only our faces in it, and no clock or chance. */
export function newDocument(fonts: ReportFonts, fileId: string, createdAt: string): jsPDF {
  const document = new jsPDF({ unit: 'pt', format: 'a4', compress: true, putOnlyUsedFonts: true });
  document.setFileId(fileId);
  document.setCreationDate(createdAt);
  for (const { face, name } of FACES) {
    document.addFileToVFS(`${face}.ttf`, binaryText(fonts[face]));
    document.addFont(`${face}.ttf`, name, 'normal', 'Identity-H');
  }
  return document;
}

/** The unofficial half of a document. */
export function internalsOf(document: jsPDF): Internals {
  return document.internal as unknown as Internals;
}

/** jsPDF's metrics of each face. */
export function fontMetadata(document: jsPDF): Readonly<Record<Face, FontMetadata>> {
  const of = (face: Face): FontMetadata => {
    document.setFont(FACES.find(item => item.face === face)?.name ?? '', 'normal');
    return (document.getFont() as unknown as { readonly metadata: FontMetadata }).metadata;
  };
  return { regular: of('regular'), italic: of('italic'), semibold: of('semibold'), mono: of('mono') };
}

/** A PDF text string in hex: UTF-16BE with byte order mark, any character. */
export function pdfText(text: string): string {
  let hex = 'FEFF';
  for (let i = 0; i < text.length; i++) hex += text.charCodeAt(i).toString(16).padStart(4, '0').toUpperCase();
  return `<${hex}>`;
}

function binaryText(bytes: Uint8Array): string {
  const chunks: string[] = [];
  for (let i = 0; i < bytes.length; i += 8192)
    chunks.push(String.fromCharCode(...bytes.subarray(i, i + 8192)));
  return chunks.join('');
}
