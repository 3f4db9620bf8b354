// Folders that the np-guard analyser refuses or warns about: nothing of them is judged in silence, and each finding has
// its file and line.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { folder, read, root, simulate, type Simulated } from './corpus.ts';

interface Refusal {
  readonly dir: string;
  readonly level: string;
  readonly upstreamAlert: readonly string[];
}

/** What must be said for an alert of the peer; a policy that is refused, where it is not listed. */
const SAID = new Map([
  ['NotSupportedPodResourcesErrorStr', 'policy.splits-workload'],
  ['NSWithSameNameError', 'model.duplicate-object'],
  ['WarnUnsupportedNodesField', 'rule.matches-nothing'],
  ['WarnUnsupportedIPv6Address', 'rule.matches-nothing'],
  ['WarnPrefixPortName', 'port.not-declared'],
  ['WarnCudnSelectsNsWithoutPrimaryUDNLabel', 'policy.misplaced'],
  ['EmptyCUDN', 'policy.misplaced'],
]);

/** Codes of what is said with a file and a line. */
function findings({ simulator, diagnostics }: Simulated): readonly string[] {
  const problems = simulator.policyProblems().map(({ code, source }) => ({ code, ...source }));
  return [...problems, ...diagnostics].flatMap(({ code, file, line }) =>
    file !== '' && line !== undefined && line > 0 ? [code] : [],
  );
}

const refusals = (folder === undefined ? [] : read(join(root, '_errors.json'))) as readonly Refusal[];

describe.skipIf(folder === undefined)('np-guard: refusals and warnings', () => {
  it.each(refusals.map(item => [item.dir, item.upstreamAlert.join(', '), item] as const))(
    '%s is not judged in silence (%s)',
    async (dir, _alerts, refusal) => {
      const manifests = join(root, dir, 'manifests');
      const found = findings(await simulate(existsSync(manifests) ? manifests : join(root, dir)));
      const [alert = ''] = refusal.upstreamAlert;
      const wanted =
        refusal.level === 'fatal'
          ? [SAID.get(alert) ?? 'policy.refused']
          : refusal.upstreamAlert.map(one => SAID.get(one) ?? `a finding for ${one}`);
      expect(wanted.filter(code => !found.includes(code))).toEqual([]);
    },
  );
});
