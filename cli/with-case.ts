// Loads, models and judges what the options name, says the diagnostics, and hands the case to a command.
import { importCase, type Case } from '../shared/engagement/run-case.ts';
import type { Args } from './args.ts';
import {
  contextOf,
  engagementOf,
  judge,
  load,
  loudnessOf,
  profileOf,
  sourcesOf,
  type Loaded,
} from './load.ts';
import { printSpan } from '../shared/base/source.ts';
import { compilePolicies } from '../shared/policy/compile.ts';
import { policyFaults } from '../shared/verdict/policy-faults.ts';
import { progressLine, say, sayDiagnostics } from './output.ts';
import { misuse, refuse } from './commands/command.ts';

/** Runs a command over what was imported and modelled, without scope and checks. */
export async function withClusters(args: Args, use: (loaded: Loaded) => Promise<number>): Promise<number> {
  return prepared(args, async ({ loaded }) => use(loaded));
}

/** Runs a command over the whole case: scope, replay and checks included. */
export async function withCase(args: Args, use: (found: Case) => Promise<number>): Promise<number> {
  return prepared(args, async ({ loaded, judged }) => use(judged(loaded)));
}

/** Runs a command over whatever files were given, none included: what they lack is what it speaks about. */
export async function withAnyCase(args: Args, use: (found: Case) => Promise<number>): Promise<number> {
  const profile = profileOf(args);
  if (!profile.ok) return refuse(profile.problem);
  const sources = await sourcesOf(args, 'as-given');
  if (!sources.ok) return refuse(sources.problem);
  const engagement = await engagementOf(args);
  if (!engagement.ok) return refuse(engagement.problem);
  const loudness = loudnessOf(args);
  const progress = progressLine(loudness);
  const context = contextOf(engagement.value, { onProgress: progress.onProgress });
  const imported = await importCase(sources.value, profile.value, context);
  sayDiagnostics(imported.diagnostics, loudness);
  const code = await use(judge(imported, args, engagement.value, profile.value, context));
  progress.end();
  return code;
}

async function prepared(
  args: Args,
  use: (made: { readonly loaded: Loaded; readonly judged: (loaded: Loaded) => Case }) => Promise<number>,
): Promise<number> {
  if ((args.lists['cluster'] ?? []).length === 0)
    return misuse('This command needs a cluster export: -c PATH...');
  const profile = profileOf(args);
  if (!profile.ok) return refuse(profile.problem);
  const sources = await sourcesOf(args, 'as-given');
  if (!sources.ok) return refuse(sources.problem);
  const engagement = await engagementOf(args);
  if (!engagement.ok) return refuse(engagement.problem);
  const loudness = loudnessOf(args);
  const progress = progressLine(loudness);
  const context = contextOf(engagement.value, { onProgress: progress.onProgress });
  const loaded = await load(sources.value, profile.value, context);
  if (!loaded.ok) {
    progress.end();
    return refuse(loaded.problem);
  }
  sayDiagnostics(loaded.value.diagnostics, loudness);
  if (loudness !== 'quiet')
    for (const { snapshot, profile: engine } of loaded.value.clusters)
      say(
        `profile ${engine.name} for ${snapshot.cluster}: ${engine.evidence.map(item => item.text).join('; ')}`,
      );
  if (loudness !== 'quiet')
    for (const { snapshot, profile: engine } of loaded.value.clusters)
      for (const { code: fault, policy, text, source } of policyFaults(compilePolicies(snapshot, engine)))
        say(`${printSpan(source)}: ${fault}: ${policy}: ${text}`);
  const code = await use({
    loaded: loaded.value,
    judged: found => judge(found, args, engagement.value, profile.value, context),
  });
  progress.end();
  return code;
}
