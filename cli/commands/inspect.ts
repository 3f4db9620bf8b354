// `vouch inspect`: sniffs and parses everything, keeps nothing.
import { digestOfText } from '../../shared/base/digest.ts';
import { gatherDumpFolders } from '../../shared/intake/dump-folders.ts';
import { importFiles } from '../../shared/intake/import-files.ts';
import type { ClusterExport, IntakeFile, IntakeSource } from '../../shared/intake/intake.ts';
import { storedFiles } from '../../shared/engagement/run-case.ts';
import { nodeDigests } from '../node-host.ts';
import { contextOf, engagementOf, hostileProblem, loudnessOf, sourcesAt, sourcesOf } from '../load.ts';
import { printTable, progressLine, sayDiagnostics, writeJson, writeNdjson, writeOut } from '../output.ts';
import { EXIT, misuse, refuse, type Command } from './command.ts';

/** The command. */
export const inspect: Command = {
  name: 'inspect',
  usage: 'PATH... [--format table|json|ndjson]',
  does: 'recognise and parse every file, keep nothing',
  async run(args) {
    const sources: IntakeSource[] = [];
    for (const word of args.positionals) {
      const found = await sourcesAt(word, 'any', 'as-given');
      if (!found.ok) return refuse(found.problem);
      sources.push(...found.value);
    }
    const given = await sourcesOf(args, 'as-given');
    if (!given.ok) return refuse(given.problem);
    sources.push(...given.value);
    if (args.positionals.length === 0 && given.value.length === 0)
      return misuse('inspect needs at least one PATH');
    const engagement = await engagementOf(args);
    if (!engagement.ok) return refuse(engagement.problem);
    const progress = progressLine(loudnessOf(args));
    const imported = await importFiles(
      sources,
      contextOf(engagement.value, { onProgress: progress.onProgress }),
    );
    progress.end();
    const { files: found, diagnostics, exports } = imported;
    const files = gatherDumpFolders(found, text => digestOfText(nodeDigests, text));
    const totals = totalsOf(files);
    const loudness = loudnessOf(args);
    switch (args.values['format'] ?? 'table') {
      case 'json':
        await writeJson({ schema: 'vouch.inspect/1', files: files.map(row), snapshots: exports, totals });
        break;
      case 'ndjson':
        await writeNdjson(files.map(row));
        break;
      case 'table':
        await writeOut(tableOf(files));
        if (exports.length > 0) await writeOut(tableOfExports(exports));
        sayDiagnostics(diagnostics, loudness);
        break;
      default:
        return misuse(`inspect has no format ${args.values['format'] ?? ''}`);
    }
    if (files.length === 0)
      return refuse({ code: 'intake.nothing-usable', message: 'No files were found there' });
    const hostile = hostileProblem(imported);
    if (hostile !== undefined) return refuse(hostile);
    return files.every(isUnusable) ? EXIT.unusable : EXIT.done;
  },
};

function row(file: IntakeFile): Record<string, unknown> {
  return {
    path: file.path,
    sha256: file.sha256,
    bytes: file.bytes,
    format: file.format,
    ...(file.container === undefined ? {} : { container: file.container }),
    records: file.records,
    ...(file.period === undefined ? {} : { period: file.period }),
    redactions: file.redactions,
    redactionsByKind: file.redactionsByKind,
    reason: file.reason,
    ...(file.withheld === undefined ? {} : { withheld: file.withheld }),
    ...(file.head === undefined ? {} : { head: file.head }),
    diagnostics: file.diagnostics.map(({ code, severity, message, line }) => ({
      code,
      severity,
      message,
      ...(line === undefined ? {} : { line }),
    })),
    ...(file.members === undefined ? {} : { members: file.members.map(row) }),
  };
}

/** Nothing in it is of a format that evidence comes in. */
function isUnusable(file: IntakeFile): boolean {
  return file.members === undefined
    ? file.format === 'text' || file.format === 'unrecognised'
    : file.members.every(isUnusable);
}

function tableOfExports(exports: readonly ClusterExport[]): string {
  return `\n${printTable(
    ['snapshot of cluster', 'collected not before', 'files', 'used as'],
    exports.map(({ cluster, notBefore, files, isLatest }) => [
      cluster,
      notBefore ?? '',
      String(files.length),
      isLatest ? 'latest export' : 'earlier export, kept apart',
    ]),
  )}`;
}

function totalsOf(files: readonly IntakeFile[]): {
  files: number;
  records: number;
  redactions: number;
  unrecognised: number;
} {
  return {
    files: files.length,
    records: files.reduce((sum, file) => sum + file.records, 0),
    redactions: files.reduce((sum, file) => sum + file.redactions, 0),
    unrecognised: storedFiles(files).filter(
      file => file.format === 'unrecognised' && file.members === undefined,
    ).length,
  };
}

function tableOf(files: readonly IntakeFile[]): string {
  const rows = storedFiles(files).map(file => [
    file.format,
    String(file.records),
    String(file.redactions),
    String(file.diagnostics.length),
    file.sha256.slice(7, 19),
    file.path,
    file.reason,
  ]);
  return printTable(['format', 'records', 'masked', 'notes', 'sha256', 'path', 'reason'], rows);
}
