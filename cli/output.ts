// Standard output carries one machine document and nothing else; progress and diagnostics go to standard error.
import type { Diagnostic } from '../shared/intake/intake.ts';
import type { OnProgress, Progress } from '../shared/base/progress.ts';
import { printProblem, type Problem } from '../shared/base/result.ts';

/** How much a command says on standard error. */
export type Loudness = 'quiet' | 'normal' | 'verbose';

/** Writes a text and waits until the pipe took it. */
export async function writeOut(text: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    process.stdout.write(text, error => {
      if (error === undefined || error === null) resolve();
      else reject(error);
    });
  });
}

/** Writes one JSON document. */
export async function writeJson(value: unknown): Promise<void> {
  await writeOut(`${JSON.stringify(value, undefined, 2)}\n`);
}

/** Writes one JSON object a line. */
export async function writeNdjson(values: readonly unknown[]): Promise<void> {
  await writeOut(values.map(value => `${JSON.stringify(value)}\n`).join(''));
}

/** One line on standard error. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** A problem in one line on standard error. */
export function sayProblem(problem: Problem): void {
  say(`vouch: ${printProblem(problem)}`);
}

/** Diagnostics in one line each; the quiet mode keeps errors only. */
export function sayDiagnostics(diagnostics: readonly Diagnostic[], loudness: Loudness): void {
  const shown = diagnostics.filter(
    item =>
      item.severity === 'error' ||
      loudness === 'verbose' ||
      (loudness === 'normal' && item.severity === 'warning'),
  );
  for (const { severity, message, code, file, line } of shown)
    say(`${severity}: ${printProblem({ code, message, file, ...(line === undefined ? {} : { line }) })}`);
}

/** Columns padded to the widest cell, the last one free; for people, not for machines. */
export function printTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((name, column) =>
    Math.max(name.length, ...rows.map(row => (row[column] ?? '').length)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => (column === head.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)))
      .join('  ')
      .trimEnd();
  return [line(head), line(widths.map(width => '-'.repeat(width))), ...rows.map(line)].join('\n') + '\n';
}

/** One CSV cell; quoted when it must be. */
export function csvCell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A CSV text with LF line ends. */
export function printCsv(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, ...rows].map(row => `${row.map(csvCell).join(',')}\n`).join('');
}

/** A bar with rate and remaining time on a terminal, nothing elsewhere. */
export function progressLine(loudness: Loudness): {
  readonly onProgress: OnProgress;
  readonly end: () => void;
} {
  if (loudness === 'quiet' || !process.stderr.isTTY)
    return { onProgress: () => undefined, end: () => undefined };
  let phase = '';
  let began = 0;
  let drawn = 0;
  const onProgress = (progress: Progress): void => {
    const now = performance.now();
    if (progress.phase !== phase) {
      if (phase !== '') process.stderr.write('\n');
      phase = progress.phase;
      began = now;
      drawn = 0;
    }
    if (now - drawn < 100 && progress.done !== progress.total) return;
    drawn = now;
    process.stderr.write(`\r\u001b[K${progressText(progress, (now - began) / 1000)}`);
  };
  return {
    onProgress,
    end: () => {
      if (phase !== '') process.stderr.write('\n');
    },
  };
}

/** The text of the bar: honest about what is not known. */
export function progressText(progress: Progress, seconds: number): string {
  const { done, total, unit } = progress;
  const rate = seconds > 0.5 ? done / seconds : undefined;
  const parts = [progress.phase.padEnd(12)];
  if (total !== undefined && total > 0) {
    const filled = Math.round((Math.min(done, total) / total) * 24);
    parts.push(
      `${'█'.repeat(filled)}${'░'.repeat(24 - filled)}`,
      `${amount(done, unit)} of ${amount(total, unit)}`,
    );
  } else parts.push(amount(done, unit));
  if (rate !== undefined) parts.push(`${amount(rate, unit)}/s`);
  if (rate !== undefined && total !== undefined && rate > 0 && done < total)
    parts.push(`${Math.ceil((total - done) / rate)} s left`);
  if (progress.detail !== undefined) parts.push(progress.detail);
  return parts.join('  ').slice(0, 118);
}

function amount(value: number, unit: Progress['unit']): string {
  if (unit !== 'bytes') return `${Math.round(value).toLocaleString('en-GB')} ${unit}`;
  return value < 1e6 ? `${(value / 1e3).toFixed(0)} kB` : `${(value / 1e6).toFixed(1)} MB`;
}
