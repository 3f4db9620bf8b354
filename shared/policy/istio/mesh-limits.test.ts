// Where the mesh is not what it seems, each test a sentence of policy-semantics section 5 or of what it rests on: traffic
// around the proxy, conditions that are no request's, ztunnel and waypoints.
import { describe, expect, it } from 'vitest';
import {
  annotated,
  ask,
  authentication,
  authorization,
  object,
  simulate,
  STRICT,
} from '../../../test/fixtures/mesh.ts';
import type { Simulator } from '../../verdict/verdict.ts';

describe('traffic around the proxy', () => {
  const asked = (annotations: string, ports: readonly number[]): readonly string[] => {
    const simulator = simulate(authorization('{}') + annotated('card/edge', annotations));
    return ports.map(port => ask(simulator, 'web/front', 'card/edge', port));
  };

  it('is that of the ports that a pod excludes', () => {
    const words = 'traffic.sidecar.istio.io/excludeInboundPorts: "9000, 9001"';
    expect(asked(words, [8443, 9000, 9001])).toEqual(['deny', 'allow', 'allow']);
  });

  it('is that of every port which a list of included ones leaves out; exclusions then say nothing', () => {
    const only = 'traffic.sidecar.istio.io/includeInboundPorts: "8443"';
    expect(asked(only, [8443, 9000])).toEqual(['deny', 'allow']);
    const both = `${only}, traffic.sidecar.istio.io/excludeInboundPorts: "8443"`;
    expect(asked(both, [8443, 9000])).toEqual(['deny', 'allow']);
  });

  it('is everything where no port is included or nothing is redirected, and little where all are', () => {
    const all = 'traffic.sidecar.istio.io/includeInboundPorts: "*"';
    expect(asked(all, [8443])).toEqual(['deny']);
    expect(asked('traffic.sidecar.istio.io/includeInboundPorts: ""', [8443])).toEqual(['allow']);
    expect(asked('sidecar.istio.io/interceptionMode: NONE', [8443])).toEqual(['allow']);
  });

  it("is that to the proxy's own ports for health and metrics", () => {
    expect(asked('', [15020, 15021, 15090, 15443])).toEqual(['allow', 'allow', 'allow', 'deny']);
  });

  it('on the way out puts the identity of its source in doubt', () => {
    const deny = authorization('{ action: DENY, rules: [{ from: [{ source: { namespaces: [web] } }] }] }');
    for (const words of [
      'traffic.sidecar.istio.io/excludeOutboundPorts: "8443"',
      'traffic.sidecar.istio.io/excludeOutboundIPRanges: 10.0.1.0/24',
      'traffic.sidecar.istio.io/includeOutboundIPRanges: 10.96.0.0/12',
    ])
      expect([words, ask(simulate(deny + annotated('web/out', words)), 'web/out')]).toEqual([
        words,
        'indeterminate',
      ]);
    const all = 'traffic.sidecar.istio.io/includeOutboundIPRanges: "*"';
    expect(ask(simulate(deny + annotated('web/out', all)), 'web/out')).toBe('deny');
  });

  it('is all of a pod on the network of its node', () => {
    const yaml = authorization('{}') + authentication(STRICT);
    const simulator = simulate(
      yaml,
      `  node n1 192.168.0.1\n  pod card/hn[app=hn] 192.168.0.1 node=n1 proxy hostNetwork`,
    );
    expect(ask(simulator, 'web/legacy', 'card/hn')).toBe('allow');
  });
});

describe('a proxy', () => {
  it('may run as a native sidecar', () => {
    const native = object(
      'Pod',
      'name: native, namespace: card, labels: { app: native }',
      `spec: { containers: [{ name: main, image: a }], initContainers: [{ name: istio-proxy, image: b, restartPolicy: Always }] }
  status: { phase: Running, podIPs: [{ ip: 10.0.9.9 }] }`,
      'v1',
    );
    const simulator = simulate(native + authentication(STRICT));
    expect(ask(simulator, 'web/legacy', 'card/native')).toBe('deny');
    expect(ask(simulator, 'card/native')).toBe('allow');
  });

  it('that a template only asks for may or may not be there', () => {
    const simulator = simulate(
      authentication(STRICT),
      `  ns hope {istio-injection=enabled}\n  deployment hope/batch[app=batch]`,
    );
    expect(ask(simulator, 'hope/batch')).toBe('indeterminate');
  });
});

describe('conditions of a connection', () => {
  const service = object(
    'Service',
    'name: vault, namespace: card',
    'spec: { selector: { app: vault }, ports: [{ name: tcp-vault, port: 443, targetPort: 8443 }] }',
    'v1',
  );
  const on = (action: string, rule: string): string =>
    ask(simulate(authorization(`{ action: ${action}, rules: [${rule}] }`) + service), 'web/front');

  it('compare the address of the destination, on plain TCP too', () => {
    const when = (values: string): string => `{ when: [{ key: destination.ip, ${values} }] }`;
    expect(on('ALLOW', when('values: [10.0.1.0/24]'))).toBe('allow');
    expect(on('ALLOW', when('values: [10.0.2.0/24]'))).toBe('deny');
    expect(on('DENY', when('notValues: [10.0.1.5]'))).toBe('allow');
  });

  it('that are no part of a request stay open on plain TCP, where those of a request never hold', () => {
    for (const rule of [
      '{ from: [{ source: { remoteIpBlocks: [10.0.2.0/24] } }] }',
      '{ when: [{ key: remote.ip, values: [10.0.2.0/24] }] }',
      '{ when: [{ key: connection.sni, values: [vault.example] }] }',
      '{ when: [{ key: "experimental.envoy.filters.network.mysql_proxy[db.table]", values: [x] }] }',
      '{ from: [{ source: { planets: [mars] } }] }',
      '{ to: [{ operation: { colours: [red] } }] }',
    ])
      expect([rule, on('ALLOW', rule), on('DENY', rule)]).toEqual([rule, 'indeterminate', 'indeterminate']);
    for (const rule of [
      '{ to: [{ operation: { hosts: [a.example] } }] }',
      '{ to: [{ operation: { notPaths: ["/admin*"] } }] }',
      '{ from: [{ source: { requestPrincipals: ["*"] } }] }',
      '{ from: [{ source: { notRequestPrincipals: ["*"] } }] }',
      '{ when: [{ key: "request.headers[x]", values: [y] }] }',
      '{ when: [{ key: "request.auth.claims[iss]", notValues: [y] }] }',
    ])
      expect([rule, on('ALLOW', rule), on('DENY', rule)]).toEqual([rule, 'deny', 'deny']);
  });

  it('ask for what else a rule says as well: a deny about requests to another port drops nothing here', () => {
    const rule = (port: number): string => `{ to: [{ operation: { methods: [GET], ports: ["${port}"] } }] }`;
    expect([on('DENY', rule(8443)), on('DENY', rule(80))]).toEqual(['deny', 'allow']);
  });

  it('leave open no port that another item of the same list surely covers', () => {
    const rule = '{ to: [{ operation: { methods: [GET] } }, { operation: { ports: ["80"] } }] }';
    const at = (action: string): readonly string[] =>
      [80, 9000].map(port =>
        ask(
          simulate(authorization(`{ action: ${action}, rules: [${rule}] }`)),
          'web/front',
          'card/vault',
          port,
        ),
      );
    expect([at('ALLOW'), at('DENY')]).toEqual([
      ['allow', 'indeterminate'],
      ['deny', 'indeterminate'],
    ]);
  });

  it('name service accounts of the own namespace unless another is given, exactly', () => {
    const by = (account: string): string =>
      on('ALLOW', `{ from: [{ source: { serviceAccounts: ["${account}"] } }] }`);
    expect(['web/front', 'front', 'web/fr', 'card/front'].map(by)).toEqual(['allow', 'deny', 'deny', 'deny']);
    const vault = authorization(
      '{ action: DENY, rules: [{ from: [{ source: { serviceAccounts: [front] } }] }] }',
    );
    expect(ask(simulate(vault), 'web/front')).toBe('allow');
    expect(ask(simulate(vault.replaceAll('namespace: card', 'namespace: web')), 'web/front')).toBe('allow');
  });

  it('may have their wildcards anywhere in a namespace', () => {
    expect(on('ALLOW', '{ from: [{ source: { namespaces: ["w*b"] } }] }')).toBe('allow');
    expect(on('ALLOW', '{ from: [{ source: { namespaces: ["w*c"] } }] }')).toBe('deny');
  });
});

describe('an ambient workload', () => {
  const tool = 'ambient/tool';
  const about = (action: string, rule: string): string =>
    authorization(`{ action: ${action}, rules: [${rule}] }`, 'ambient');
  const http = '{ to: [{ operation: { methods: [GET] } }] }';

  it('has its addresses, identities and ports judged by ztunnel', () => {
    const simulator = simulate(about('ALLOW', '{ from: [{ source: { namespaces: [web] } }] }'));
    expect(['web/front', 'web/legacy', 'card/vault'].map(src => ask(simulator, src, tool))).toEqual([
      'allow',
      'deny',
      'deny',
    ]);
  });

  it('has no requests judged without a waypoint: an allow about them never matches, a deny always does', () => {
    expect(ask(simulate(about('ALLOW', http)), 'web/front', tool)).toBe('deny');
    expect(ask(simulate(about('DENY', http)), 'web/front', tool)).toBe('deny');
    const other = '{ from: [{ source: { namespaces: [card] } }], to: [{ operation: { methods: [GET] } }] }';
    expect(ask(simulate(about('DENY', other)), 'web/front', tool)).toBe('allow');
  });

  it('refuses plain connections where STRICT, and takes no notice of DISABLE', () => {
    const strict = authentication(STRICT, 'istio-system');
    expect(ask(simulate(strict), 'web/legacy', tool)).toBe('deny');
    expect(
      ask(simulate(strict + authentication('{ mtls: { mode: DISABLE } }', 'ambient')), 'web/legacy', tool),
    ).toBe('deny');
    expect(ask(simulate(strict + authentication('{ mtls: { mode: DISABLE } }')), 'web/legacy')).toBe('allow');
  });

  it('may be taken out by its own label', () => {
    const simulator = simulate(
      authorization('{}', 'ambient'),
      `  pod ambient/out[app=out,istio.io/dataplane-mode=none] 10.0.3.9`,
    );
    expect([ask(simulator, 'web/front', 'ambient/out'), ask(simulator, 'web/front', tool)]).toEqual([
      'allow',
      'deny',
    ]);
  });
});

describe('a waypoint', () => {
  const behind = (labels: string, yaml: string): Simulator =>
    simulate(
      yaml,
      `  ns behind {istio.io/dataplane-mode=ambient${labels}}\n  pod behind/api[app=api] 10.0.5.1 sa=api`,
    );
  const named = ',istio.io/use-waypoint=way';
  const way = (labels: string, spec: string, more = ''): string =>
    ask(behind(labels, authorization(spec, 'behind') + more), 'web/front', 'behind/api');
  const identity = '{ rules: [{ from: [{ source: { namespaces: [card] } }] }] }';

  it('hides the source from ztunnel: identities and addresses are in doubt, whatever the way', () => {
    expect(way('', identity)).toBe('deny');
    expect(way(named, identity)).toBe('indeterminate');
    expect(way(named, '{ rules: [{ from: [{ source: { ipBlocks: [10.0.1.0/24] } }] }] }')).toBe(
      'indeterminate',
    );
    expect(way(',istio.io/use-waypoint=none', identity)).toBe('deny');
  });

  it('judges requests, so that rules about them stay open', () => {
    const http = '{ rules: [{ to: [{ operation: { methods: [GET] } }] }] }';
    expect([way('', http), way(named, http)]).toEqual(['deny', 'indeterminate']);
  });

  it('has policies of its own, which those behind it may or may not meet', () => {
    const attached = '{ targetRefs: [{ kind: Gateway, name: way, group: gateway.networking.k8s.io }] }';
    expect([way('', attached), way(named, attached)]).toEqual(['allow', 'indeterminate']);
  });

  it('may be that of a Service only', () => {
    const service = (label: string): string =>
      object(
        'Service',
        `name: api, namespace: behind, labels: { ${label} }`,
        'spec: { selector: { app: api }, ports: [{ port: 80, targetPort: 8443 }] }',
        'v1',
      );
    expect(way('', identity, service('istio.io/use-waypoint: way'))).toBe('indeterminate');
    expect(way('', identity, service('app: api'))).toBe('deny');
  });

  it('lets no plain connection past STRICT, and leaves what asks for nothing as it is', () => {
    const strict = authentication(STRICT, 'istio-system');
    expect(ask(behind(named, strict), 'web/legacy', 'behind/api')).toBe('deny');
    expect([way(named, '{}'), way(named, '{ rules: [{}] }')]).toEqual(['deny', 'allow']);
  });
});
