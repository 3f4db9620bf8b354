// `npm run test:full -- --budget 45m`: what is too slow for every run: slow sweeps, then benchmarks' self-tests.
// Stops starting new parts when the budget is spent and says which parts did not run.
import { spawnSync } from 'node:child_process';

const words = process.argv.slice(2);
const budget = minutes(words[words.indexOf('--budget') + 1] ?? '45m') * 60_000;
const began = Date.now();

function minutes(text) {
  const match = /^(\d+)m?$/.exec(text);
  if (match === null) {
    process.stderr.write(`Not a budget: ${text}; write for example 45m\n`);
    process.exit(2);
  }
  return Number(match[1]);
}

const PARTS = [['slow sweeps', ['npx', 'vitest', 'run', '--project', 'slow', '--passWithNoTests']]];

let failed = false;
for (const [name, [command, ...args]] of PARTS) {
  const left = budget - (Date.now() - began);
  if (left <= 0) {
    process.stdout.write(`not run, budget spent: ${name}\n`);
    failed = true;
    continue;
  }
  process.stdout.write(`${name} (${Math.round(left / 60_000)} minutes left)\n`);
  const { status, error } = spawnSync(command, args, { stdio: 'inherit', timeout: left });
  if (status !== 0) {
    process.stdout.write(`${name}: ${error === undefined ? `ended with ${status}` : error.message}\n`);
    failed = true;
  }
}
process.exit(failed ? 1 : 0);
