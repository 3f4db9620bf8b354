// A laid-out page: positioned texts and shapes, each saying which element of the document's structure it belongs
// to (absent = decoration, an artifact for readers). Made by the layout, drawn by paint.ts.
import type { Dash } from '../diagram/drawing.ts';
import type { SignatureRole } from '../tree.ts';
import type { Face, InkName } from './theme.ts';

/** One element of the tagged structure. Kids are elements, or places on pages filled in while painting. */
export interface StructureNode {
  readonly role: StructureRole;
  readonly kids: (StructureNode | ContentMark)[];
  readonly alt?: string;
}

/** Standard structure types that are used. */
export type StructureRole =
  | 'Document'
  | 'Sect'
  | 'TOC'
  | 'TOCI'
  | 'H1'
  | 'H2'
  | 'H3'
  | 'P'
  | 'L'
  | 'LI'
  | 'Table'
  | 'TR'
  | 'TH'
  | 'TD'
  | 'Figure'
  | 'Caption';

/** Marked content `mcid` on a page (0-based). */
export interface ContentMark {
  readonly page: number;
  readonly mcid: number;
}

/** A point, y downwards. */
export type Point = readonly [number, number];

/** One thing to draw. */
export type Mark =
  | {
      readonly kind: 'text';
      readonly x: number;
      readonly y: number;
      readonly text: string;
      readonly face: Face;
      readonly size: number;
      readonly ink: InkName;
      readonly tracking?: number;
      readonly angle?: number;
      readonly node?: StructureNode;
    }
  | {
      readonly kind: 'path';
      readonly points: readonly Point[];
      readonly closed: boolean;
      readonly fill?: InkName;
      readonly stroke?: InkName;
      readonly weight: number;
      readonly dash: Dash;
      readonly node?: StructureNode;
    }
  | {
      readonly kind: 'box';
      readonly x: number;
      readonly y: number;
      readonly width: number;
      readonly height: number;
      readonly radius: number;
      readonly fill?: InkName;
      readonly stroke?: InkName;
      readonly weight: number;
      readonly dash: Dash;
      readonly node?: StructureNode;
    }
  | {
      readonly kind: 'link';
      readonly x: number;
      readonly y: number;
      readonly width: number;
      readonly height: number;
      readonly to: string;
    };

/** One page. `cover` pages carry no header and no page number. */
export interface Page {
  readonly marks: Mark[];
  readonly cover: boolean;
  /** Whether a character had to be shown by its number here. */
  substituted: boolean;
}

/** Where a heading is. */
export interface Anchor {
  readonly id: string;
  readonly title: string;
  readonly level: 1 | 2 | 3;
  readonly page: number;
  readonly y: number;
}

/** A signature box; `rect` = [left, bottom, right, top] in PDF points from the lower left corner. */
export interface SignatureBox {
  readonly role: SignatureRole;
  /** 1-based. */
  readonly page: number;
  readonly rect: readonly [number, number, number, number];
}

/** Makes a structure element under its parent. */
export function addNode(parent: StructureNode, role: StructureRole, alt?: string): StructureNode {
  const node: StructureNode = { role, kids: [], ...(alt === undefined ? {} : { alt }) };
  parent.kids.push(node);
  return node;
}
