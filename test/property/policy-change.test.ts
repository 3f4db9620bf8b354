// A cluster after a change of policies says the same as one compiled from the changed policies, whichever way it was made.
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../shared/base/json.ts';
import type { KubernetesObject } from '../../shared/model/object.ts';
import { PROFILES } from '../../shared/policy/profile.ts';
import { changeFor, compileFor, type Cluster } from '../../shared/verdict/compiled-cluster.ts';
import { makeRandom } from '../generate/random.ts';
import { randomBodies, snapshotOf } from '../fixtures/random-cluster.ts';
import { objectOf } from '../fixtures/objects.ts';

function object(body: JsonObject, line: number): KubernetesObject {
  return objectOf(body, { file: 'edited.yaml', line, fromManifest: false });
}

/** Every side of every pair with its deciders, as text. */
function everySide(cluster: Cluster): readonly string[] {
  const { table } = cluster;
  const ends = [...cluster.endpoints.pods.values(), ...cluster.externals, cluster.controller];
  return ends.flatMap(subject =>
    ends.flatMap(peer =>
      (['ingress', 'egress'] as const).map(direction => {
        const number = table.side(table.classOf(subject)!, table.classOf(peer)!, direction);
        const { starts, values } = table.tables.rowsOf(number);
        const told = [...starts].map((start, row) => {
          const decider = table.deciders.at(values[row]! >> 3);
          const { stage = '', policy = '', rule = '' } = decider ?? {};
          return `${start}:${values[row]! & 7} ${stage} ${policy} ${rule}`;
        });
        return `${direction} ${subject.id} ${peer.id} ${told.join(', ')}`;
      }),
    ),
  );
}

/** One policy less, one more, and one that has another's rules. */
function edit(seed: number, policies: readonly KubernetesObject[]): readonly KubernetesObject[] {
  const random = makeRandom(seed + 5000);
  const pick = <T>(items: readonly T[]): T | undefined => items[Math.floor(random() * items.length)];
  const isPlain = (one: KubernetesObject): boolean => /^(Global)?NetworkPolicy$/.test(one.kind);
  const plain = policies.filter(isPlain);
  const [gone, changed, model] = [pick(plain), pick(plain), pick(plain)];
  const kept = policies.filter(one => one !== gone || random() < 0.5);
  const rules = plain.find(one => one.kind === changed?.kind && one.apiVersion === changed.apiVersion);
  return kept
    .map(one =>
      one === changed && rules !== undefined
        ? object({ ...one.body, spec: rules.body['spec'] ?? {} }, 900)
        : one,
    )
    .concat(
      model === undefined || random() < 0.5
        ? []
        : object(
            { ...model.body, metadata: { ...(model.body['metadata'] as JsonObject), name: 'added' } },
            950,
          ),
    );
}

describe('a change of policies', () => {
  it('gives the cluster that the changed policies give, and may be followed by another', () => {
    let isKept = 0;
    for (let seed = 0; seed < 60; seed++) {
      const profile = seed % 3 === 0 ? PROFILES.kubernetes : PROFILES.calico;
      const first = compileFor(snapshotOf(randomBodies(seed)), profile);
      everySide(first);
      const second = changeFor(first, edit(seed, first.snapshot.policies));
      const third = changeFor(second, edit(seed + 1, second.snapshot.policies));
      for (const changed of [second, third]) {
        if (changed.table.tables === first.table.tables && changed !== first) isKept++;
        expect(everySide(changed)).toEqual(everySide(compileFor(changed.snapshot, profile)));
      }
    }
    expect(isKept).toBeGreaterThan(30);
  });
});
