// Entities, nodes and host policies of Cilium, each test a sentence of policy-semantics section 4.
import { describe, it } from 'vitest';
import { API, ccnp, cnp, CLUSTER, config, holds, object } from '../../../test/fixtures/cilium-case.ts';

const from = (member: string): string => cnp(`${API}, ingress: [{ ${member} }]`);
const to = (member: string): string => cnp(`${API}, egress: [{ ${member} }]`);
const HOST = 'host:n1 -> card/api tcp 80';
const REMOTE = 'host:n2 -> card/api tcp 80';
const FRONT = 'web/front -> card/api tcp 80';
const WORLD = '203.0.113.9 -> card/api tcp 80';

describe('entities', () => {
  const entity = (name: string): string => from(`fromEntities: [${name}]`);

  it('world is what is outside the cluster, also by family', () => {
    holds(entity('world'), { [WORLD]: 'allow', [FRONT]: 'deny', [REMOTE]: 'deny' });
    holds(entity('world-ipv4'), { [WORLD]: 'allow', '2001:db8::1 -> card/api tcp 80': 'deny' });
    holds(entity('world-ipv6'), { [WORLD]: 'deny', '2001:db8::1 -> card/api tcp 80': 'allow' });
  });

  it('cluster is every pod and node, all is everybody, none is nobody', () => {
    holds(entity('cluster'), { [FRONT]: 'allow', [REMOTE]: 'allow', [WORLD]: 'deny' });
    holds(entity('all'), { [FRONT]: 'allow', [REMOTE]: 'allow', [WORLD]: 'allow' });
    holds(entity('none'), { [FRONT]: 'deny', [REMOTE]: 'deny', [WORLD]: 'deny' });
  });

  it('remote-node is every other node, host the own one with what runs on its network', () => {
    holds(entity('remote-node'), {
      [REMOTE]: 'allow',
      [FRONT]: 'deny',
      'web/agent -> card/api tcp 80': 'allow',
    });
    holds(entity('host'), { [REMOTE]: 'deny', [FRONT]: 'deny' });
    holds(to('toEntities: [host]'), {
      'card/api -> host:n1 tcp 80': 'allow',
      'card/api -> host:n2 tcp 80': 'deny',
    });
    holds(to('toEntities: [host, remote-node]'), {
      'card/api -> host:n1 tcp 80': 'allow',
      'card/api -> host:n2 tcp 80': 'allow',
    });
  });

  it('tell nodes apart for every pod of their own', () => {
    holds(ccnp('endpointSelector: {}, egress: [{ toEntities: [remote-node] }]'), {
      'card/api -> host:n1 tcp 80': 'deny',
      'card/api -> host:n2 tcp 80': 'allow',
      'card/db -> host:n1 tcp 80': 'allow',
      'card/db -> host:n2 tcp 80': 'deny',
    });
  });

  it('kube-apiserver is known only where its addresses were exported', () => {
    const yaml = to('toEntities: [kube-apiserver]');
    holds(yaml, {
      'card/api -> host:n1 tcp 6443': 'indeterminate',
      'card/api -> 203.0.113.9 tcp 6443': 'indeterminate',
      'card/api -> web/front tcp 6443': 'deny',
    });
    const backing = object(
      'Endpoints',
      'name: kubernetes, namespace: default',
      'subsets: [{ addresses: [{ ip: 192.168.0.1 }, { ip: 203.0.113.9 }] }]',
    );
    holds(yaml + backing, {
      'card/api -> host:n1 tcp 6443': 'allow',
      'card/api -> host:n2 tcp 6443': 'deny',
      'card/api -> 203.0.113.9 tcp 6443': 'allow',
      'card/api -> 203.0.113.10 tcp 6443': 'deny',
    });
  });

  it('ingress, init, health and unmanaged are none of the pods that run', () => {
    for (const name of ['ingress', 'init', 'health', 'unmanaged'])
      holds(entity(name), { [FRONT]: 'deny', [WORLD]: 'deny', [REMOTE]: 'deny' });
    holds(entity('ingress'), { '{ingress-controller} -> card/api tcp 80': 'indeterminate' });
  });
});

describe("a pod's own node", () => {
  const closed = cnp(`${API}, ingress: [{}]`);

  it('always gets in by default, another node does not', () => {
    holds(closed, { [HOST]: 'allow', [REMOTE]: 'deny' });
  });

  it('gets in only as rules allow where allow-localhost is policy', () => {
    holds(closed + config('allow-localhost: policy'), { [HOST]: 'deny' });
    holds(from('fromEntities: [host]') + config('allow-localhost: policy'), {
      [HOST]: 'allow',
      [REMOTE]: 'deny',
    });
  });

  it('is not said to get in where a rule denies it', () => {
    const deny = cnp(
      `${API}, ingressDeny: [{ fromEntities: [host] }], enableDefaultDeny: { ingress: false }`,
    );
    holds(deny, { [HOST]: 'indeterminate', [REMOTE]: 'allow', 'host:n1 -> web/front tcp 80': 'allow' });
  });
});

describe('a host policy', () => {
  const host = (spec = ''): string =>
    ccnp(`nodeSelector: { matchLabels: { zone: a } }, ingress: [{ fromEntities: [cluster] }]${spec}`);
  const drawing = CLUSTER.replace('node n1 ', 'node n1[zone=a] ');

  it('leaves the node it selects open for the assessor, and says nothing about pods and other nodes', () => {
    holds(
      host(),
      {
        'web/back -> host:n1 tcp 22': 'indeterminate',
        'web/back -> host:n2 tcp 22': 'allow',
        'host:n1 -> web/back tcp 22': 'allow',
        [FRONT]: 'allow',
      },
      drawing,
    );
  });

  it('has no effect while the host firewall is off', () => {
    const off = config('enable-host-firewall: "false"');
    holds(host() + off, { 'web/back -> host:n1 tcp 22': 'allow' }, drawing);
  });
});
