// A text as JSON or YAML documents. JSON where it begins like JSON; YAML otherwise, and where flow-style YAML only
// looks like JSON. Texts without a key of ours are not sent through a parser.
import type { ParsedText } from './document.ts';
import type { IntakeLimits } from './intake.ts';
import { ENDS_EARLY, parseJsonDocuments } from './json-documents.ts';
import { parseYamlDocuments } from './yaml-documents.ts';

/** Parses a text. */
export function parseText(text: string, limits: Pick<IntakeLimits, 'jsonDepth' | 'yamlAliases'>): ParsedText {
  const yaml = (): ParsedText =>
    parseYamlDocuments(text, { depth: limits.jsonDepth, aliases: limits.yamlAliases });
  if (!beginsLikeJson(text)) return DOCUMENT_KEYS.test(text) ? yaml() : NOTHING;
  const json = parseJsonDocuments(text, limits.jsonDepth);
  const [fault] = json.faults;
  if (fault === undefined || fault.code !== 'intake.json.syntax' || json.documents.length > 0) return json;
  // A text that is cut is no other document; YAML would read all of it once more.
  if (fault.message === ENDS_EARLY || !DOCUMENT_KEYS.test(text)) return json;
  const second = yaml();
  if (second.documents.length === 0 || second.faults.length > 0) return json;
  return {
    ...second,
    remarks: [
      ...(second.remarks ?? []),
      { ...fault, code: 'intake.json.read-as-yaml', message: `${fault.message}; read as YAML` },
    ],
  };
}

/** Whether a text opens like a JSON object or an array of objects or arrays; `[2026-03-01` of a log does not. */
export function beginsLikeJson(text: string): boolean {
  return /^[\s\ufeff]*(?:\{\s*(?:["}{]|$)|\[\s*(?:[[\]{]|$))/.test(text);
}

/** Whether a text holds a sign of documents of ours. */
export function mayHoldDocuments(text: string): boolean {
  return beginsLikeJson(text) || DOCUMENT_KEYS.test(text);
}

/** Keys without which no YAML document is one of ours. */
const DOCUMENT_KEYS = /(?:^|[{,\s-])["']?(?:apiVersion|kind|schema|node_type|[aA]uditID)["']?[^\S\n]*:/;
const NOTHING: ParsedText = { documents: [], faults: [], lineAt: () => 1 };
