// A case full of secrets in every place where they are found, among more that only looks like them. Every file is
// written in one of the forms such files come in; what was hidden is listed with its file and line.
import { stringify } from 'yaml';
import { makeDraw, type Draw, type Family, type Fragment } from './draw.ts';
import { LOOK_ALIKES } from './look-alikes.ts';
import { OBJECT_PLACES, type Place } from './objects.ts';
import { TEXT_PLACES } from './texts.ts';

/** Something hidden, and where. */
export interface Hidden {
  readonly place: string;
  readonly pieces: readonly string[];
  readonly file: string;
  /** Line of its first piece. */
  readonly line: number;
}

/** The files of a case and all that is hidden in them. */
export interface SecretCase {
  readonly files: readonly { readonly path: string; readonly content: string }[];
  readonly secrets: readonly Hidden[];
  readonly lookAlikes: readonly Hidden[];
}

const PLACES: readonly Place[] = [...OBJECT_PLACES, ...TEXT_PLACES];

/** Draws a case with so many secrets and so many look-alikes. */
export function drawSecrets(seed: number, secrets: number, lookAlikes: number): SecretCase {
  const draw = makeDraw(seed);
  const fragments: Fragment[] = [];
  for (let i = 0; i < secrets; i++) fragments.push(inTurn(PLACES, i)(draw));
  for (let i = 0, drawn = 0; drawn < lookAlikes; i++) {
    const fragment = inTurn(LOOK_ALIKES, i)(draw);
    fragments.push(fragment);
    drawn += fragment.plants.length;
  }
  const hidden: { secrets: Hidden[]; lookAlikes: Hidden[] } = { secrets: [], lookAlikes: [] };
  const files = intoFiles(shuffled(fragments, draw)).map(({ path, parts, family }) => {
    const content = WRITERS[family](parts, draw);
    for (const { isSecret, place, pieces } of parts.flatMap(part => part.plants))
      (isSecret ? hidden.secrets : hidden.lookAlikes).push({
        place,
        pieces,
        file: path,
        line: lineOf(content, pieces, `${place} in ${path}`),
      });
    return { path, content };
  });
  return { files, ...hidden };
}

function inTurn<T>(list: readonly T[], index: number): T {
  const item = list[index % list.length];
  if (item === undefined) throw new Error('nothing to draw from');
  return item;
}

function shuffled<T>(list: readonly T[], draw: Draw): readonly T[] {
  return list
    .map(item => ({ item, rank: draw.int(1_000_000) }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ item }) => item);
}

const PER_FILE = 40;

interface DrawnFile {
  readonly path: string;
  readonly family: Family;
  readonly parts: Fragment[];
}

function intoFiles(fragments: readonly Fragment[]): readonly DrawnFile[] {
  const files: DrawnFile[] = [];
  const open = new Map<Family, DrawnFile>();
  for (const fragment of fragments) {
    const { family } = fragment;
    let file = open.get(family);
    if (file === undefined || file.parts.length >= (family === 'whole' ? 1 : PER_FILE)) {
      file = { path: `f${String(files.length).padStart(4, '0')}`, family, parts: [] };
      open.set(family, file);
      files.push(file);
    }
    file.parts.push(fragment);
  }
  return files;
}

type Writer = (parts: readonly Fragment[], draw: Draw) => string;

const jsonLines: Writer = parts => parts.map(part => `${JSON.stringify(part.body)}\n`).join('');
const lines: Writer = parts => parts.map(part => `${String(part.body)}\n`).join('');

const WRITERS: Readonly<Record<Family, Writer>> = {
  object: (parts, draw) => draw.pick(EXPORTS)(parts, draw),
  audit: jsonLines,
  hubble: jsonLines,
  'json-log': jsonLines,
  'access-log': lines,
  log: lines,
  env: lines,
  csv: parts => `id,what,value,number,other\n${lines(parts, makeDraw(0))}`,
  whole: parts => parts.map(part => String(part.body)).join(''),
};

const listOf = (parts: readonly Fragment[]): unknown => ({
  apiVersion: 'v1',
  kind: 'List',
  items: parts.map(part => part.body),
});

const EXPORTS: readonly [Writer, ...Writer[]] = [
  parts => JSON.stringify(listOf(parts), undefined, 4),
  parts => JSON.stringify(listOf(parts)),
  parts =>
    parts
      .map(part => `---\n${stringify(part.body, { lineWidth: 0, aliasDuplicateObjects: false })}`)
      .join(''),
  parts => stringify(listOf(parts), { lineWidth: 0, aliasDuplicateObjects: false }),
  parts => parts.map(part => `---\n${JSON.stringify(part.body)}\n`).join(''),
  parts =>
    typedLists(parts)
      .map(list => `${JSON.stringify(list, undefined, 2)}\n`)
      .join(''),
];

/** One list a kind, its items without a kind, back to back. */
function typedLists(parts: readonly Fragment[]): readonly unknown[] {
  const byKind = new Map<string, { apiVersion: unknown; items: unknown[] }>();
  for (const part of parts) {
    const { kind, apiVersion, ...rest } = part.body as Readonly<Record<string, unknown>>;
    const list = byKind.get(String(kind)) ?? { apiVersion, items: [] };
    list.items.push(rest);
    byKind.set(String(kind), list);
  }
  return [...byKind].map(([kind, { apiVersion, items }]) => ({
    kind: `${kind}List`,
    apiVersion,
    metadata: {},
    items,
  }));
}

function lineOf(content: string, pieces: readonly string[], what: string): number {
  const missing = pieces.find(piece => !content.includes(piece));
  if (missing !== undefined) throw new Error(`${what}: ${missing} is not written as it is`);
  return content.slice(0, content.indexOf(pieces[0] ?? '')).split('\n').length;
}
