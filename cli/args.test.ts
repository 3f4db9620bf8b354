// The words of the contract, and one line for anything else.
import { describe, expect, it } from 'vitest';
import { parseArgs } from './args.ts';

const parsed = (...words: readonly string[]) => {
  const result = parseArgs(words);
  if (!result.ok) throw new Error(result.problem.message);
  return result.value;
};
const refused = (...words: readonly string[]) => {
  const result = parseArgs(words);
  return result.ok ? 'accepted' : result.problem.code;
};

describe('the command line', () => {
  it('takes every word after a list option until the next option', () => {
    const args = parsed(
      'check',
      '-c',
      'a.yaml',
      'east=b',
      '-f',
      'x.log',
      '--flows',
      'y.log',
      '--format',
      'json',
    );
    expect(args.command).toBe('check');
    expect(args.lists).toEqual({ cluster: ['a.yaml', 'east=b'], flows: ['x.log', 'y.log'] });
    expect(args.values).toEqual({ format: 'json' });
  });

  it('reads --option=value, -cPATH, flags, positionals and - for standard input', () => {
    const args = parsed('inspect', 'a', '-', '--format=json', '--quiet', '-cexport');
    expect(args.positionals).toEqual(['a', '-']);
    expect(args.values['format']).toBe('json');
    expect(args.lists['cluster']).toEqual(['export']);
    expect(args.flags.has('quiet')).toBe(true);
  });

  it('keeps a scope selector whole', () => {
    expect(parsed('inventory', '--scope', 'PCI=true', '-c', 'x').lists['scope']).toEqual(['PCI=true']);
  });

  it('refuses what it does not know', () => {
    expect(refused('check', '--colour')).toBe('usage.option');
    expect(refused('check', '--__proto__')).toBe('usage.option');
    expect(refused('check', '--format')).toBe('usage.value');
    expect(refused('check', '--format', '--quiet')).toBe('usage.value');
    expect(refused('check', '-x')).toBe('usage.option');
  });
});
