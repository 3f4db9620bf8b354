// The command line: finds the command, runs it, turns every end into an exit code of the contract.
import { CancelledError } from '../shared/base/progress.ts';
import { ProblemError } from '../shared/base/result.ts';
import packageJson from '../package.json' with { type: 'json' };
import { parseArgs } from './args.ts';
import { COMMANDS } from './commands/index.ts';
import { EXIT, refuse } from './commands/command.ts';
import { listenForInterrupts } from './interruption.ts';
import { say, writeOut } from './output.ts';

/** Runs one command line and gives its exit code. */
export async function main(words: readonly string[]): Promise<number> {
  process.stdout.on('error', stopReading);
  listenForInterrupts(EXIT.interrupted);
  const parsed = parseArgs(words);
  if (!parsed.ok) return refuse(parsed.problem);
  const args = parsed.value;
  if (args.flags.has('version')) {
    await writeOut(`vouch ${packageJson.version}\n`);
    return EXIT.done;
  }
  if (args.command === undefined || args.command === 'help' || args.flags.has('help')) {
    await writeOut(help());
    return args.command === undefined && !args.flags.has('help') ? EXIT.usage : EXIT.done;
  }
  const command = COMMANDS.find(item => item.name === args.command);
  if (command === undefined) return refuse({ code: 'usage.command', message: laterOrUnknown(args.command) });
  try {
    return await command.run(args);
  } catch (error) {
    return ended(error, args.flags.has('verbose'));
  }
}

/** Commands of the contract that are not built yet say so. */
const LATER = ['generate-policies'];

function laterOrUnknown(name: string): string {
  return LATER.includes(name)
    ? `vouch ${name} is not built yet`
    : `Unknown command ${name}; see vouch --help`;
}

function help(): string {
  const lines = COMMANDS.map(command => `  vouch ${command.name} ${command.usage}\n      ${command.does}`);
  return `Usage: vouch <command> [options]\n\n${lines.join('\n')}\n\nExit codes: 0 done, 1 something contradicts, 2 usage, 3 nothing usable, 4 verification failed, 130 interrupted.\n`;
}

function ended(error: unknown, verbose: boolean): number {
  if (error instanceof CancelledError) {
    say('Interrupted; nothing was written');
    return EXIT.interrupted;
  }
  if (error instanceof ProblemError) return refuse(error.problem);
  say(`vouch: ${error instanceof Error ? error.message : String(error)}`);
  if (verbose && error instanceof Error && error.stack !== undefined) say(error.stack);
  return EXIT.unusable;
}

/** A reader that went away (`| head`) is no fault of ours. */
function stopReading(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(EXIT.done);
  throw error;
}
