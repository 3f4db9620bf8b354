// Texts that are no document: tables and descriptions for people, templates. Each is said, with what to do instead.
import type { Diagnostic } from './intake.ts';

const TABLE = /^(?:NAMESPACE +)?NAME +(?:\S+ +)*(?:AGE|STATUS|READY|TYPE|POD-SELECTOR)\b/m;
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
  return [];
}

/** The first line of a Helm template that was not rendered. */
export function templateLine(text: string): number | undefined {
  if (!/^\s*(apiVersion|kind):/m.test(text)) return undefined;
  const index = text.split('\n').findIndex(line => /^\s*\{\{-?/.test(line) || /:\s*["']?\{\{/.test(line));
  return index < 0 ? undefined : index + 1;
}
