// An address names the pod that held it at that time, or nobody.
import { describe, expect, it } from 'vitest';
import { drawnCluster } from '../../test/fixtures/drawing.ts';
import { objectsOfYaml } from '../../test/fixtures/objects.ts';
import type { ClusterId, Instant } from '../base/brand.ts';
import { makeAddressBook, type DatedObjects } from './address-book.ts';
import type { AuditEvent } from './audit.ts';
import type { KubernetesObject } from './object.ts';

const at = (time: string): number => Date.parse(`2026-03-02T${time}:00Z`);

/** A pod with the address, from a time on; `ended` for a finished one. */
function pod(name: string, from: string | undefined, ended?: string): readonly KubernetesObject[] {
  const start = from === undefined ? '' : `startTime: "2026-03-02T${from}:00Z", `;
  const phase =
    ended === undefined
      ? 'phase: Running'
      : `phase: Succeeded, containerStatuses: [{state: {terminated: {finishedAt: "2026-03-02T${ended}:00Z"}}}]`;
  return objectsOfYaml(
    `{apiVersion: v1, kind: Pod, metadata: {name: ${name}, namespace: pay, uid: u-${name}}, status: {${start}${phase}, podIP: 10.4.0.7}}`,
    { file: 'x.yaml' },
  );
}

function exported(time: string, ...pods: readonly (readonly KubernetesObject[])[]): DatedObjects {
  return { objects: pods.flat(), notBefore: `2026-03-02T${time}:00Z` as Instant };
}

function deleted(name: string, time: string, status = 200): AuditEvent {
  return {
    cluster: 'default' as ClusterId,
    id: name,
    level: 'Metadata',
    stage: 'ResponseComplete',
    verb: 'delete',
    groups: [],
    sourceIps: [],
    resource: 'pods',
    namespace: 'pay',
    name,
    status,
    time: `2026-03-02T${time}:00Z` as Instant,
    source: { file: 'audit.log', line: 1 },
  };
}

const SNAPSHOT = drawnCluster(`
  ns pay
  node n1 10.0.0.1
  svc pay/card app=card 443 ip=10.96.0.10
  ---
  {apiVersion: projectcalico.org/v3, kind: GlobalNetworkSet, metadata: {name: partners}, spec: {nets: [203.0.113.0/24]}}
  ---
  {apiVersion: projectcalico.org/v3, kind: GlobalNetworkSet, metadata: {name: bank}, spec: {nets: [203.0.113.8/29]}}
  ---
  {apiVersion: v1, kind: Node, metadata: {name: n2}, spec: {podCIDR: 10.4.0.0/24}, status: {addresses: [{type: InternalIP, address: 10.0.0.2}]}}
`);

function holder(exports: readonly DatedObjects[], time: string, audit: readonly AuditEvent[] = []): string {
  const found = makeAddressBook({ snapshot: SNAPSHOT, exports, audit }).holderOf('10.4.0.7', at(time));
  return found.kind === 'pod' ? `${found.name}${found.assumed ? '?' : ''}` : found.kind;
}

describe('an address of a pod', () => {
  const two = [exported('10:00', pod('old', '08:00')), exported('14:00', pod('new', '12:00'))];

  it('is its own from its start to the export that shows it', () => {
    expect(holder(two, '09:00')).toBe('old');
    expect(holder(two, '13:00')).toBe('new');
  });

  it('is nobody’s before any pod that is known to have held it', () => {
    expect(holder(two, '07:00')).toBe('unclear');
  });

  it('is assumed to stay after the export, until another is known to hold it', () => {
    expect(holder(two, '15:00')).toBe('unclear');
    expect(holder(two.slice(1), '15:00')).toBe('new?');
    expect(holder(two, '11:00')).toBe('old?');
  });

  it('ends with the pod, as its containers or the audit log say', () => {
    const finished = [exported('14:00', pod('job', '08:00', '09:00'), pod('new', '12:00'))];
    expect(holder(finished, '08:30')).toBe('job');
    expect(holder(finished, '11:00')).toBe('unclear');
    expect(holder(two, '11:00', [deleted('old', '10:30')])).toBe('unclear');
    expect(holder(two, '10:15', [deleted('old', '10:30')])).toBe('old');
    expect(holder(two, '15:00', [deleted('old', '10:30')])).toBe('new?');
  });

  it('does not end with a deletion that was refused', () => {
    expect(holder(two, '11:00', [deleted('old', '10:30', 403)])).toBe('old?');
  });

  it('is assumed where the export does not say when its pod started, or the log when it was', () => {
    expect(holder([exported('14:00', pod('new', undefined))], '13:00')).toBe('new?');
    const book = makeAddressBook({ snapshot: SNAPSHOT, exports: two.slice(1), audit: [] });
    expect(book.holderOf('10.4.0.7', 0)).toMatchObject({ name: 'new', assumed: true });
  });

  it('is unclear where two pods are known to hold it', () => {
    expect(holder([exported('14:00', pod('a', '08:00'), pod('b', '09:00'))], '13:00')).toBe('unclear');
  });
});

describe('another address', () => {
  const book = makeAddressBook({ snapshot: SNAPSHOT, exports: [], audit: [] });
  const of = (address: string): unknown => book.holderOf(address, at('12:00'));

  it('is a node’s, a service’s, or of the narrowest network set', () => {
    expect(of('10.0.0.2')).toEqual({ kind: 'node', name: 'n2' });
    expect(of('10.96.0.10')).toEqual({ kind: 'service', namespace: 'pay', name: 'card' });
    expect(of('203.0.113.9')).toEqual({ kind: 'network-set', namespace: '', name: 'bank' });
    expect(of('203.0.113.99')).toEqual({ kind: 'network-set', namespace: '', name: 'partners' });
  });

  it('is unclear inside the pod network, and outside elsewhere', () => {
    expect(of('10.4.0.9')).toEqual({ kind: 'unclear' });
    expect(of('198.51.100.7')).toEqual({ kind: 'outside' });
    expect(of('no address')).toEqual({ kind: 'unclear' });
  });
});
