// `node test/generate/main.mjs [files|flows]`: rewrites the committed part of the sample, or writes the day of flow logs
// into build/sample. The generator is TypeScript; it is bundled first.
import { rolldown } from 'rolldown';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Bundles the generator and gives its functions. */
export async function loadGenerator() {
  const build = await rolldown({
    cwd: root,
    input: 'test/generate/sample.ts',
    platform: 'node',
    external: [/^node:/],
    logLevel: 'silent',
  });
  await build.write({ dir: `${root}build/generate`, format: 'esm', entryFileNames: '[name].mjs' });
  await build.close();
  return import(new URL('../../build/generate/sample.mjs', import.meta.url).href);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { writeSampleFiles, writeSampleFlows } = await loadGenerator();
  if (process.argv[2] === 'files') await writeSampleFiles(`${root}assets/sample`);
  else
    process.stdout.write(`${JSON.stringify(await writeSampleFlows(`${root}build/sample/flows.log.gz`))}\n`);
}
