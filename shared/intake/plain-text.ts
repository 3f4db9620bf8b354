// Texts that are no document: error messages of kubectl, tables for people, templates. Each says what it means.
import type { Diagnostic } from './intake.ts';
import type { Gap } from './leaf.ts';

/** What a plain text says about the collection. */
export interface TextFacts {
  readonly gaps: readonly Gap[];
  readonly diagnostics: readonly Diagnostic[];
  readonly reason: string;
}

const FORBIDDEN =
  /^Error from server \(Forbidden\): (?:([a-z0-9-]+)(?:\.([a-z0-9.-]+))?(?: "[^"]*")? is forbidden)?.*$/;
const NO_RESOURCES = /^No resources found\b.*$/;
const SERVER_ERROR = /^(?:error: .*|Error from server(?: \(\w+\))?: .*|Unable to connect to the server: .*)$/;
const TABLE = /^(?:NAMESPACE +)?NAME +(?:\S+ +)*(?:AGE|STATUS|READY|TYPE|POD-SELECTOR)\b/;

/** Reads a text line by line; most texts say nothing of the kind. */
export function readPlainText(text: string, file: string): TextFacts {
  const gaps: Gap[] = [];
  const diagnostics: Diagnostic[] = [];
  text
    .slice(0, 200_000)
    .split('\n')
    .forEach((raw, index) => {
      const line = raw.trimEnd();
      const source = { file, line: index + 1 };
      const forbidden = FORBIDDEN.exec(line);
      if (forbidden !== null) {
        const what = forbidden[1] ?? 'unknown resource';
        gaps.push({ state: 'forbidden', what, group: forbidden[2] ?? '', source });
        diagnostics.push({
          code: 'intake.collection.forbidden',
          severity: 'warning',
          message: `The collector was not allowed to read ${what}`,
          ...source,
        });
      } else if (NO_RESOURCES.test(line))
        diagnostics.push({
          code: 'intake.collection.no-resources',
          severity: 'info',
          message: 'Says that no resources were found, but not of which kind; ask for -o json',
          ...source,
        });
      else if (SERVER_ERROR.test(line)) {
        gaps.push({ state: 'error', what: 'unknown resource', group: '', source });
        diagnostics.push({
          code: 'intake.collection.error',
          severity: 'warning',
          message: `Holds an error of kubectl in place of objects: ${line.slice(0, 120)}`,
          ...source,
        });
      } else if (index < 3 && TABLE.test(line))
        diagnostics.push({
          code: 'intake.kubectl.table',
          severity: 'warning',
          message: 'A table for people cannot be read; export with -o json or -o yaml',
          ...source,
        });
      else if (index < 3 && /^Name: {2,}\S/.test(line))
        diagnostics.push({
          code: 'intake.kubectl.describe',
          severity: 'warning',
          message: 'Output of kubectl describe cannot be read; export with -o json or -o yaml',
          ...source,
        });
    });
  return {
    gaps,
    diagnostics,
    reason: gaps.length > 0 ? 'messages of kubectl in place of objects' : 'readable text of no known format',
  };
}

/** Whether a text is a Helm template that was not rendered. */
export function templateLine(text: string): number | undefined {
  if (!/^\s*(apiVersion|kind):/m.test(text)) return undefined;
  const lines = text.split('\n');
  const index = lines.findIndex(line => /^\s*\{\{-?/.test(line) || /:\s*\{\{/.test(line));
  return index < 0 ? undefined : index + 1;
}
