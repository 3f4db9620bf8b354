// `npm run bench [-- simulator] [--pods N] [--policies N] [--flows N] [--rounds N] [--seed N]`, or
// `npm run bench -- intake [--mib N] [--rounds N] [--seed N] [--no-window]`: bundles a benchmark and runs it. Only ratios of one run count: peers and product take turns in it.
import { rolldown } from 'rolldown';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const words = process.argv.slice(2);

function number(name, otherwise) {
  const at = words.indexOf(`--${name}`);
  if (at < 0) return otherwise;
  const value = Number(words[at + 1]);
  if (!Number.isSafeInteger(value) || value < 0) {
    process.stderr.write(`--${name} needs a whole number\n`);
    process.exit(2);
  }
  return value;
}

const which = words[0]?.startsWith('--') === false ? words[0] : 'simulator';
const benches = { simulator: 'simulator-bench', intake: 'intake-bench' };
if (!Object.hasOwn(benches, which)) {
  process.stderr.write(`no benchmark ${which}; one of ${Object.keys(benches).join(', ')}\n`);
  process.exit(2);
}
const build = await rolldown({
  cwd: root,
  input: `test/bench/${benches[which]}.ts`,
  platform: 'node',
  external: [/^node:/, 'playwright-core', '@sparticuz/chromium', '@axe-core/playwright'],
  logLevel: 'silent',
});
await build.write({ dir: `${root}build/bench`, format: 'esm', entryFileNames: '[name].mjs' });
await build.close();

const bench = await import(new URL(`../../build/bench/${benches[which]}.mjs`, import.meta.url).href);
const print = text => process.stdout.write(text);
if (which === 'intake')
  await bench.benchIntake(
    {
      bytes: number('mib', 1024) * 2 ** 20,
      rounds: number('rounds', 3),
      seed: number('seed', 2),
      window: !words.includes('--no-window'),
    },
    print,
  );
else
  bench.benchSimulator(
    {
      pods: number('pods', 10_000),
      policies: number('policies', 2000),
      flows: number('flows', 2_000_000),
      rounds: number('rounds', 5),
      seed: number('seed', 2),
    },
    print,
  );
