// Queries and bodies of requests in logs: they hold whatever a page was given, so they are masked whole. The path stays.
// Audit events are no such log: their queries say what was asked of the API server.
import { holdsMask, type Edit } from './mask.ts';

const EXPRESSIONS: readonly RegExp[] = [
  /\b(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) [^\s?"'\\]{1,2048}\?(?<secret>[^\s"'\\]+)/dg,
  /"[\w.:-]{0,40}(?:url|uri|path|referr?er|request|target)\\*":[ \t]*\\*"[^"?\\]{0,2048}\?(?<secret>[^"\\]+)/dgi,
  /"(?:raw_?)?query(?:_?string)?\\*":[ \t]*\\*"(?<secret>[^"\\=\s]{1,64}=[^"\\]+)/dgi,
];
const BODY = /"(?:req|request|resp|response)_?body":[ \t]*"(?<secret>(?:[^"\\\r\n]|\\.)+)"/dgi;

/** What shows an audit event, by itself or inside a wrapper. */
const AUDIT = /"audit\.k8s\.io\/|"auditid\\*"/i;

/** Edits for queries and bodies in a log. */
export function requestEdits(text: string): readonly Edit[] {
  const expressions = [
    ...(text.includes('?') || text.includes('query') || text.includes('Query') ? EXPRESSIONS : []),
    ...(hasBody(text) ? [BODY] : []),
  ];
  return expressions.flatMap(expression => {
    const isAudit = makeIsAudit(text);
    return [...text.matchAll(expression)].flatMap(match => {
      const [start, end] = match.indices?.groups?.['secret'] ?? [0, 0];
      if (holdsMask(text.slice(start, end)) || isAudit(start)) return [];
      return [{ start, end, kind: 'credential' as const, quoted: false }];
    });
  });
}

function hasBody(text: string): boolean {
  return text.includes('body') || text.includes('Body');
}

/** Whether a place is in a line that is an audit event; asked from the front to the back, every line is read once. */
function makeIsAudit(text: string): (at: number) => boolean {
  let end = -1;
  let isAudit = false;
  return at => {
    if (at >= end) {
      const start = text.lastIndexOf('\n', at) + 1;
      const next = text.indexOf('\n', at);
      end = next < 0 ? text.length : next;
      isAudit = AUDIT.test(text.slice(start, end));
    }
    return isAudit;
  };
}
