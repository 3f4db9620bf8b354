// `npm run demo`: the main job on the sample engagement, as an assessor would run it, to a signed and verified package.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createGunzip } from 'node:zlib';
import { loadGenerator } from './main.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const flows = 'build/sample/flows.log.gz';
const out = 'build/demo';
const sources = [
  '-c',
  'assets/sample/cluster',
  '-f',
  flows,
  '-a',
  'assets/sample/audit',
  '-s',
  'assets/sample/scans',
];

function step(number, text) {
  process.stdout.write(`\n[${number}/4] ${text}\n`);
}

/** Runs the command line; 0 and 1 (something contradicts) are what the sample is made for. */
function vouch(...words) {
  const { status } = spawnSync(process.execPath, ['cli/launch.mjs', ...words], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0 && status !== 1) {
    process.stdout.write(`\nThe demo stopped: vouch ${words[0]} ended with ${status}.\n`);
    process.exit(status ?? 3);
  }
  return status;
}

/** Whether the log of an earlier run is whole. */
async function isWhole(expected) {
  if (!existsSync(root + flows)) return false;
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(root + flows).pipe(createGunzip())) hash.update(chunk);
  } catch {
    return false;
  }
  return hash.digest('hex') === expected;
}

const pinned = readFileSync(`${root}assets/sample/flows.sha256`, 'utf8').split(' ')[0];
step(1, 'Making the day of flow logs of the sample platform (24 hours, some 200,000 records)');
if (await isWhole(pinned)) process.stdout.write('already there, and its SHA-256 is the pinned one\n');
else {
  const { writeSampleFlows } = await loadGenerator();
  const { records, sha256 } = await writeSampleFlows(root + flows);
  if (sha256 !== pinned) {
    process.stdout.write(`The generated log has SHA-256 ${sha256}, not the pinned ${pinned}.\n`);
    process.exit(3);
  }
  process.stdout.write(`${records} records, SHA-256 as pinned\n`);
}

rmSync(`${root}${out}`, { recursive: true, force: true });
mkdirSync(`${root}${out}`, { recursive: true });
step(2, 'vouch audit: import, scope, simulate, replay, check, report, sign, package');
const found = vouch(
  'audit',
  '--engagement',
  'assets/sample/sample.vouch',
  ...sources,
  '--out',
  `${out}/larkspur.asice`,
);
step(3, 'vouch report: the inventory and network-access tables');
for (const kind of ['inventory', 'network-access'])
  vouch(
    'report',
    '--quiet',
    '--engagement',
    'assets/sample/sample.vouch',
    ...sources,
    '--kind',
    kind,
    '--out',
    `${out}/tables`,
  );
step(4, 'vouch verify: the package and the report');
if (vouch('verify', `${out}/larkspur.asice`) !== 0 || vouch('verify', `${out}/larkspur.pdf`) !== 0)
  process.exit(4);

process.stdout.write(`
${found === 1 ? 'The sample has planted problems; that checks contradict is expected.' : 'No check contradicts, although problems were planted: see assets/sample/ANSWERS.md.'}
What was planted, and where each shows: assets/sample/ANSWERS.md

  ${out}/larkspur.pdf     the report (open it)
  ${out}/larkspur.asice   the audit package (unzip it; README.txt says how to verify without Vouch)
  ${out}/tables/          inventory and network access as CSV and JSON
`);
