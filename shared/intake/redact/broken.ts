// A document that cannot be parsed can still hold secrets. Here they are found by the look of the text: the data of
// Secrets, env values under telling names, earlier copies in annotations. It masks rather too much than too little.
import type { RedactionKind } from '../intake.ts';
import { isMasked, type Edit } from './mask.ts';
import { namesSecret } from './secret-names.ts';

/** Edits for a region of broken text; `base` is where the region starts. */
export function brokenEdits(region: string, base: number): readonly Edit[] {
  const edits: Edit[] = [];
  const add = (start: number, value: string, kind: RedactionKind): void => {
    const bare = value.trim();
    if (bare === '' || /^["'][\s]*["']?$/.test(bare) || isMasked(bare)) return;
    const from = base + start + value.indexOf(bare);
    edits.push({ start: from, end: from + bare.length, kind, quoted: true });
  };
  if (/kind["']?\s*:\s*["']?Secret/.test(region)) {
    for (const match of region.matchAll(BLOCK)) blockValues(match, add);
    for (const match of region.matchAll(FLOW)) flowValues(match, add);
  }
  for (const match of region.matchAll(ENV)) {
    const [start] = match.indices?.groups?.['value'] ?? [];
    const { name = '', value = '' } = match.groups ?? {};
    if (start !== undefined && namesSecret(name)) add(start, value, 'credential');
  }
  for (const match of region.matchAll(LAST_APPLIED)) {
    const [start] = match.indices?.groups?.['value'] ?? [];
    if (start !== undefined) add(start, match.groups?.['value'] ?? '', 'last-applied');
  }
  return edits;
}

type Add = (start: number, value: string, kind: RedactionKind) => void;

const BLOCK =
  /^(?<indent>[ \t]*)(?:data|stringData):[ \t]*\r?\n(?<body>(?:\k<indent>[ \t]+\S[^\n]*(?:\n|$)|[ \t]*\r?\n)*)/dgm;
const FLOW = /["']?(?:data|stringData)["']?\s*:\s*\{(?<body>[^}]*)/dg;
const ENV =
  /name["']?\s{0,40}:\s{0,40}["']?(?<name>[\w.-]{1,253})["']?\s{0,99},?\s{0,99}["']?value["']?\s{0,40}:[ \t]*(?<value>"(?:[^"\\\n]|\\.)*"?|'[^'\n]*'?|[^\s,}]+)/dg;
const LAST_APPLIED =
  /last-applied-configuration["']?\s*:\s*(?<value>[|>][^\n]*\n(?:[ \t]+[^\n]*\n?)*|"(?:[^"\\]|\\.)*"?|'(?:[^']|'')*'?)/dg;

/** Values of `key: value` lines; lines without a key continue a value and are masked whole. */
function blockValues(match: RegExpMatchArray, add: Add): void {
  const [start] = match.indices?.groups?.['body'] ?? [];
  if (start === undefined) return;
  let at = start;
  for (const line of (match.groups?.['body'] ?? '').split('\n')) {
    const key = /^[ \t]*["']?[\w.-]+["']?:(?=[ \t]|\r?$)/.exec(line)?.[0].length ?? 0;
    const value = line.slice(key).replace(/\r$/, '');
    if (!/^\s*[|>][-+0-9]*\s*$/.test(value)) add(at + key, value, 'secret-value');
    at += line.length + 1;
  }
}

function flowValues(match: RegExpMatchArray, add: Add): void {
  const [start] = match.indices?.groups?.['body'] ?? [];
  if (start === undefined) return;
  for (const value of (match.groups?.['body'] ?? '').matchAll(/:\s*("(?:[^"\\]|\\.)*"?|'[^']*'?|[^,}\s]+)/g))
    add(start + value.index + value[0].indexOf(value[1] ?? ''), value[1] ?? '', 'secret-value');
}
