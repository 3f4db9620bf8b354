// The report as a tree of blocks: what is said and in which order, nothing about pages, fonts or colours.
// Printers (pdf/, text) read it; build-report.ts makes it. Texts are final, numbers already spelled out.
import type { Instant } from '../base/brand.ts';
import type { Drawing } from './diagram/drawing.ts';

/** How a stretch of text is meant; `digest` is broken in equal groups where it does not fit. */
export type RunStyle = 'plain' | 'strong' | 'em' | 'mono' | 'muted' | 'digest';

/** What a mark beside a word says; always printed with the word, so that black and white is enough. */
export type MarkTone = 'consistent' | 'contradicts' | 'assess' | 'no-data' | 'person' | 'open';

/** A stretch of text of one style; `to` makes it a link to the heading of that id. */
export interface Run {
  readonly text: string;
  readonly style?: RunStyle;
  readonly mark?: MarkTone;
  readonly to?: string;
}

/** Text made of runs. */
export type Inline = readonly Run[];

/** One column of a table: `width` is a share of the page width. */
export interface TableColumn {
  readonly title: string;
  readonly width: number;
  readonly kind: 'text' | 'number' | 'mono';
}

/** A place where a person signs; the printer returns its rectangle. */
export interface SignaturePlace {
  readonly role: SignatureRole;
  readonly label: string;
  /** What signing it means, and who is expected to sign. */
  readonly meaning: string;
  readonly name?: string;
}

/** Who signs a report. */
export type SignatureRole = 'qsa' | 'qa-reviewer' | 'client-officer';

/** One thing on the page. */
export type Block =
  | {
      readonly kind: 'cover';
      readonly kicker: string;
      readonly title: string;
      readonly subtitle: string;
      readonly facts: readonly Fact[];
      readonly statement: Inline;
      /** Empty for a final report. */
      readonly draft: readonly string[];
    }
  | { readonly kind: 'heading'; readonly level: 1 | 2 | 3; readonly id: string; readonly text: string }
  | { readonly kind: 'paragraph'; readonly runs: Inline; readonly tone?: 'body' | 'lead' | 'source' }
  | { readonly kind: 'facts'; readonly items: readonly Fact[] }
  | { readonly kind: 'figures'; readonly items: readonly Figure[] }
  | { readonly kind: 'list'; readonly items: readonly Inline[] }
  | {
      readonly kind: 'table';
      readonly caption: string;
      readonly columns: readonly TableColumn[];
      readonly rows: readonly (readonly Inline[])[];
      /** Said in place of rows when there are none. */
      readonly empty: string;
    }
  | { readonly kind: 'diagram'; readonly drawing: Drawing; readonly caption: string }
  | {
      readonly kind: 'callout';
      readonly title: string;
      readonly runs: Inline;
      readonly tone: 'note' | 'caution';
    }
  | {
      readonly kind: 'finding';
      readonly id: string;
      readonly number: string;
      readonly alias: string;
      readonly title: string;
      readonly word: string;
      readonly tone: MarkTone;
      readonly body: readonly Block[];
    }
  | { readonly kind: 'page-break' }
  | { readonly kind: 'signatures'; readonly places: readonly SignaturePlace[] };

/** A label with what it stands for. */
export interface Fact {
  readonly label: string;
  readonly value: Inline;
}

/** A number worth seeing at once, with what it counts. */
export interface Figure {
  readonly value: string;
  readonly label: string;
  readonly mark?: MarkTone;
}

/** The whole report. */
export interface ReportTree {
  readonly title: string;
  readonly entity: string;
  /** Printed at the head of every page. */
  readonly runningTitle: string;
  /** Printed at the foot of every page: case, version, date. */
  readonly footer: string;
  readonly createdAt: Instant;
  readonly draft: boolean;
  readonly blocks: readonly Block[];
}
