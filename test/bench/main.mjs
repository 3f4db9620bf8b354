// `npm run bench [-- simulator] [--pods N] [--policies N] [--flows N] [--rounds N] [--seed N]`: bundles the benchmarks and
// runs them. Only ratios of one run count: peers and product take turns in it.
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

const build = await rolldown({
  cwd: root,
  input: 'test/bench/simulator-bench.ts',
  platform: 'node',
  external: [/^node:/],
  logLevel: 'silent',
});
await build.write({ dir: `${root}build/bench`, format: 'esm', entryFileNames: '[name].mjs' });
await build.close();

const { benchSimulator } = await import(
  new URL('../../build/bench/simulator-bench.mjs', import.meta.url).href
);
benchSimulator(
  {
    pods: number('pods', 10_000),
    policies: number('policies', 2000),
    flows: number('flows', 2_000_000),
    rounds: number('rounds', 5),
    seed: number('seed', 2),
  },
  text => process.stdout.write(text),
);
