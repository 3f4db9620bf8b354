// Texts that are no document: tables and descriptions for people, templates, logs whose columns nobody named. Each is said,
// with what to do instead.
import { needsNames } from './formats/aws-vpc-columns.ts';
import type { Diagnostic } from './intake.ts';

const TABLE = /^(?:NAMESPACE +)?NAME +(?:\S+ +)*(?:AGE|STATUS|READY|TYPE|POD-SELECTOR)\b/m;
const LEGACY_AUDIT = /^\S+ AUDIT: id="[^"]+" /m;
const DESCRIPTION = /^Name: {2,}\S/m;

/** What the first lines of a text look like. */
export function describeText(text: string, file: string): readonly Diagnostic[] {
  const first = text
    .slice(0, 5000)
    .split('\n')
    .filter(line => line.trim() !== '')
    .slice(0, 3)
    .join('\n');
  if (TABLE.test(first))
    return [
      {
        code: 'intake.kubectl.table',
        severity: 'warning',
        message: 'A table for people cannot be read; export with -o json or -o yaml',
        file,
        line: 1,
      },
    ];
  if (DESCRIPTION.test(first))
    return [
      {
        code: 'intake.kubectl.describe',
        severity: 'warning',
        message: 'Output of kubectl describe cannot be read; export with -o json or -o yaml',
        file,
        line: 1,
      },
    ];
  if (LEGACY_AUDIT.test(first))
    return [
      {
        code: 'intake.audit.legacy',
        severity: 'warning',
        message:
          'An audit log in the legacy text format cannot be read; have it written as JSON (--audit-log-format=json)',
        file,
        line: 1,
      },
    ];
  return withoutHeader(first.split('\n')[0] ?? '', file);
}

function withoutHeader(line: string, file: string): readonly Diagnostic[] {
  const wrapped = /"message": ?"([^"\\]*)"/.exec(line)?.[1];
  if (!needsNames(wrapped ?? line)) return [];
  const message =
    'Looks like VPC flow records in an order of their own; put the line of field names (the log format of the flow log) before the first of them';
  return [{ code: 'intake.aws-vpc-flow.no-header', severity: 'warning', message, file, line: 1 }];
}

/** The first line of a Helm template that was not rendered. */
export function templateLine(text: string): number | undefined {
  if (!/^[^\S\n]*(apiVersion|kind):/m.test(text)) return undefined;
  const index = text.split('\n').findIndex(line => /^\s*\{\{-?/.test(line) || /:\s*["']?\{\{/.test(line));
  return index < 0 ? undefined : index + 1;
}

/** The first characters of a masked text, on one line, for a person who must tell what it is. */
export function headOf(masked: string): { readonly head?: string } {
  const head = masked
    .slice(0, 1000)
    .replace(/[\s\p{C}]+/gu, ' ')
    .trim();
  return head === '' ? {} : { head: Array.from(head).slice(0, 120).join('') };
}
