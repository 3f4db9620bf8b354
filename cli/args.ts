// Parses `vouch <command> [options]`. List options (`-c PATH...`) take every word up to the next option; anything
// not in the table is wrong usage, said in one line.
import { failed, ok, type Result } from '../shared/base/result.ts';

type OptionKind = 'flag' | 'value' | 'list';

const OPTIONS: Readonly<Record<string, OptionKind>> = {
  cluster: 'list',
  flows: 'list',
  'audit-log': 'list',
  scan: 'list',
  register: 'list',
  staged: 'list',
  before: 'list',
  after: 'list',
  format: 'value',
  profile: 'value',
  scope: 'list',
  engagement: 'value',
  now: 'value',
  plan: 'value',
  from: 'value',
  to: 'value',
  port: 'value',
  protocol: 'value',
  kind: 'value',
  mode: 'value',
  out: 'value',
  key: 'value',
  'passphrase-file': 'value',
  trust: 'value',
  standard: 'value',
  'fail-on': 'value',
  returned: 'value',
  exposure: 'flag',
  recompute: 'flag',
  quiet: 'flag',
  verbose: 'flag',
  help: 'flag',
  version: 'flag',
};
const SHORT: Readonly<Record<string, string>> = {
  c: 'cluster',
  f: 'flows',
  a: 'audit-log',
  s: 'scan',
  r: 'register',
  q: 'quiet',
  v: 'verbose',
  h: 'help',
};

/** A parsed command line. */
export interface Args {
  readonly command: string | undefined;
  readonly positionals: readonly string[];
  readonly lists: Readonly<Record<string, readonly string[]>>;
  readonly values: Readonly<Record<string, string>>;
  readonly flags: ReadonlySet<string>;
}

/** Parses words; fails with `usage.*` on anything the contract does not know. */
export function parseArgs(words: readonly string[]): Result<Args> {
  const positionals: string[] = [];
  const lists: Record<string, string[]> = {};
  const values: Record<string, string> = {};
  const flags = new Set<string>();
  let open: string | undefined;
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? '';
    const option = optionOf(word);
    if (option === undefined) {
      if (open === undefined) positionals.push(word);
      else lists[open]?.push(word);
      continue;
    }
    const kind = Object.hasOwn(OPTIONS, option.name) ? OPTIONS[option.name] : undefined;
    if (kind === undefined) return failed('usage.option', `Unknown option ${word}; see vouch --help`);
    open = undefined;
    if (kind === 'flag') flags.add(option.name);
    else if (kind === 'list') {
      open = option.name;
      (lists[open] ??= []).push(...(option.value === undefined ? [] : [option.value]));
    } else {
      const value = option.value ?? words[++i];
      if (value === undefined || (optionOf(value) !== undefined && option.value === undefined))
        return failed('usage.value', `Option --${option.name} needs a value`);
      values[option.name] = value;
    }
  }
  const [command, ...rest] = positionals;
  return ok({ command, positionals: rest, lists, values, flags });
}

/** `-` is standard input, not an option. */
function optionOf(word: string): { readonly name: string; readonly value?: string } | undefined {
  if (word.startsWith('--') && word.length > 2) {
    const equals = word.indexOf('=');
    return equals < 0
      ? { name: word.slice(2) }
      : { name: word.slice(2, equals), value: word.slice(equals + 1) };
  }
  if (!/^-[a-z]/i.test(word)) return undefined;
  const letter = word.slice(1, 2);
  const name = Object.hasOwn(SHORT, letter) ? (SHORT[letter] ?? letter) : word.slice(1);
  return word.length > 2 && Object.hasOwn(SHORT, letter) ? { name, value: word.slice(2) } : { name };
}
