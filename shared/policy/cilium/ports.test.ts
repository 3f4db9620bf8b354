// Which ports and requests a Cilium rule speaks of, each test a sentence of policy-semantics section 4.
import { describe, expect, it } from 'vitest';
import { API, ask, ccnp, cnp, CLUSTER, holds, object, simulate } from '../../../test/fixtures/cilium-case.ts';

const ports = (entry: string, peers = 'fromEntities: [all], '): string =>
  cnp(`${API}, ingress: [{ ${peers}toPorts: [{ ${entry} }] }]`);
const FROM = 'web/front -> card/api';

describe('toPorts', () => {
  it('means TCP, UDP and SCTP where no protocol is given, and only the one that is', () => {
    holds(ports('ports: [{ port: "80" }]'), {
      [`${FROM} tcp 80`]: 'allow',
      [`${FROM} udp 80`]: 'allow',
      [`${FROM} sctp 80`]: 'allow',
      [`${FROM} tcp 81`]: 'deny',
    });
    holds(ports('ports: [{ port: "80", protocol: UDP }]'), {
      [`${FROM} tcp 80`]: 'deny',
      [`${FROM} udp 80`]: 'allow',
    });
  });

  it('takes ranges, and port 0 or none as every port of the protocol', () => {
    holds(ports('ports: [{ port: "80", endPort: 82, protocol: TCP }]'), {
      [`${FROM} tcp 82`]: 'allow',
      [`${FROM} tcp 83`]: 'deny',
    });
    for (const port of ['port: "0", ', ''])
      holds(ports(`ports: [{ ${port}protocol: TCP }]`), {
        [`${FROM} tcp 9`]: 'allow',
        [`${FROM} udp 9`]: 'deny',
      });
  });

  it('resolves names at the subject of an ingress rule, with the same protocol; endPort is then ignored', () => {
    holds(ports('ports: [{ port: http, endPort: 9000, protocol: TCP }]'), {
      [`${FROM} tcp 8080`]: 'allow',
      [`${FROM} tcp 8081`]: 'deny',
    });
    holds(ports('ports: [{ port: http, protocol: UDP }]'), { [`${FROM} udp 8080`]: 'deny' });
    holds(ports('ports: [{ port: dns, protocol: ANY }]'), {
      [`${FROM} udp 53`]: 'allow',
      [`${FROM} tcp 53`]: 'deny',
    });
  });

  it('resolves names of egress rules over all pods, and leaves open what the destination does not declare', () => {
    const egress = (name: string): string =>
      cnp(
        `${API}, egress: [{ toEntities: [all], toPorts: [{ ports: [{ port: ${name}, protocol: TCP }] }] }]`,
      );
    holds(egress('sql'), {
      'card/api -> card/db tcp 5432': 'allow',
      'card/api -> web/front tcp 5432': 'indeterminate',
      'card/api -> card/db tcp 80': 'deny',
    });
    holds(egress('nobody'), { 'card/api -> card/db tcp 5432': 'deny' });
    const two = `${CLUSTER}  pod web/sql[app=x] 10.0.2.9 ports=sql:3306\n`;
    holds(egress('sql'), { 'card/api -> card/db tcp 5432': 'indeterminate' }, two);
  });

  it('blocks ICMP, which a rule without ports or one with icmps lets in', () => {
    holds(ports('ports: [{ port: "0", protocol: TCP }]'), { [`${FROM} icmp`]: 'deny' });
    holds(cnp(`${API}, ingress: [{ fromEntities: [all] }]`), { [`${FROM} icmp`]: 'allow' });
    const icmps = cnp(`${API}, ingress: [{ icmps: [{ fields: [{ family: IPv4, type: 8 }] }] }]`);
    holds(icmps, { [`${FROM} icmp`]: 'allow', [`${FROM} tcp 80`]: 'deny' });
    expect(ask(simulate(icmps), `${FROM} icmp`).assumptions).toContain(
      'CiliumNetworkPolicy card/p lets the connection open, not every request: only ICMP of IPv4 type 8',
    );
  });

  it('leaves ICMP open where some of its types are denied, or port 0 of any protocol is allowed', () => {
    const deny = cnp(
      `${API}, ingress: [{ fromEntities: [all] }], ingressDeny: [{ icmps: [{ fields: [{ type: 8 }] }] }]`,
    );
    holds(deny, { [`${FROM} icmp`]: 'indeterminate', [`${FROM} tcp 80`]: 'allow' });
    holds(ports('ports: [{ port: "0", protocol: ANY }]'), {
      [`${FROM} icmp`]: 'indeterminate',
      [`${FROM} tcp 1`]: 'allow',
    });
  });

  it('without any port stays open', () => {
    holds(ports('ports: []'), { [`${FROM} tcp 80`]: 'indeterminate' });
  });
});

describe('L7 rules', () => {
  const l7 = (rules: string, port = '{ port: "80", protocol: TCP }'): string =>
    ports(`ports: [${port}], rules: { ${rules} }`);

  it('let the connection open and say which requests pass, in the step and with the verdict', () => {
    const verdict = ask(simulate(l7('http: [{ method: GET, path: /public }]')), `${FROM} tcp 80`);
    expect(verdict.outcome).toBe('allow');
    const step = verdict.ingress.steps.find(one => one.decisive);
    expect(step).toMatchObject({ restriction: 'L7 restricted: only HTTP method GET, path /public' });
    expect(step?.text).toContain('L7 restricted');
    expect(verdict.assumptions).toContain(
      'CiliumNetworkPolicy card/p lets the connection open, not every request: L7 restricted: only HTTP method GET, path /public',
    );
  });

  it('restrict even where the policy leaves the direction open', () => {
    const yaml = cnp(
      `${API}, enableDefaultDeny: { ingress: false }, ingress: [{ toPorts: [{ ports: [{ port: "80", protocol: TCP }], rules: { http: [{ method: GET }] } }] }]`,
    );
    const verdict = ask(simulate(yaml), `${FROM} tcp 80`);
    expect(verdict.outcome).toBe('allow');
    expect(verdict.assumptions.join()).toContain('method GET');
    expect(ask(simulate(yaml), `${FROM} tcp 81`).assumptions.join()).not.toContain('method GET');
  });

  it('restrict nothing where another rule allows the whole port', () => {
    const open = cnp(`${API}, ingress: [{ fromEntities: [all] }]`, 'q');
    const verdict = ask(simulate(l7('http: [{ method: GET }]') + open), `${FROM} tcp 80`);
    expect(verdict.assumptions.join()).not.toContain('method GET');
  });

  it('of Kafka, DNS and other parsers are told alike, and so are server names, listeners and authentication', () => {
    const dns = cnp(
      `${API}, egress: [{ toEndpoints: [{}], toPorts: [{ ports: [{ port: "53", protocol: ANY }], rules: { dns: [{ matchPattern: "*" }] } }] }]`,
    );
    const egress = (entry: string): string =>
      cnp(
        `${API}, egress: [{ toEndpoints: [{}], toPorts: [{ ports: [{ port: "53", protocol: TCP }], ${entry} }] }]`,
      );
    const cases: Readonly<Record<string, string>> = {
      'only DNS matchPattern *': dns,
      'only KAFKA role produce': egress('rules: { kafka: [{ role: produce }] }'),
      'only R2D2 cmd READ': egress('rules: { l7proto: r2d2, l7: [{ cmd: READ }] }'),
      'only TLS server names a.example': egress('serverNames: [a.example]'),
      'handed to a listener of the proxy': egress('listener: { envoyConfig: { name: e }, name: l }'),
      'mutual authentication required': cnp(
        `${API}, egress: [{ toEndpoints: [{}], authentication: { mode: required } }]`,
      ),
    };
    for (const [text, yaml] of Object.entries(cases)) {
      const verdict = ask(simulate(yaml), 'card/api -> card/db tcp 53');
      expect([text, verdict.outcome]).toEqual([text, 'allow']);
      expect(verdict.assumptions.join('\n')).toContain(text);
    }
  });
});

describe('a policy that Cilium refuses', () => {
  const rule = (text: string): string => cnp(`${API}, ingress: [{ ${text} }]`);
  const entry = (text: string): string => rule(`toPorts: [{ ${text} }]`);
  const CASES: Readonly<Record<string, string>> = {
    'endPort 79 is below port 80': entry('ports: [{ port: "80", endPort: 79 }]'),
    'a port lies between 0 and 65535': entry('ports: [{ port: "65536" }]'),
    'port must be a text, not 80': entry('ports: [{ port: 80 }]'),
    'neither a port nor a port name': entry('ports: [{ port: a_b }]'),
    'unknown protocol "HTTP"': entry('ports: [{ port: "80", protocol: HTTP }]'),
    '"10.0.0.0/33" is not a CIDR': rule('fromCIDR: [10.0.0.0/33]'),
    'except 10.1.0.0/16 does not lie inside 10.0.0.0/16': rule(
      'fromCIDRSet: [{ cidr: 10.0.0.0/16, except: [10.1.0.0/16] }]',
    ),
    'exactly one of cidr': rule('fromCIDRSet: [{ cidr: 10.0.0.0/16, cidrGroupRef: g }]'),
    'unknown entity "wrold"': rule('fromEntities: [wrold]'),
    'fromEndpoints and fromEntities exclude each other': rule('fromEndpoints: [{}], fromEntities: [all]'),
    'toPorts and icmps exclude each other': rule(
      'toPorts: [{ ports: [{ port: "80" }] }], icmps: [{ fields: [{ type: 8 }] }]',
    ),
    'unknown operator "Is"': rule('fromEndpoints: [{ matchExpressions: [{ key: app, operator: Is }] }]'),
    'operator In on app needs values': rule(
      'fromEndpoints: [{ matchExpressions: [{ key: app, operator: In }] }]',
    ),
    'label key "a b" is malformed': cnp('endpointSelector: { matchLabels: { "a b": c } }, ingress: [{}]'),
    'one of endpointSelector and nodeSelector is needed': cnp('ingress: [{}]'),
    'endpointSelector and nodeSelector exclude each other': ccnp(
      'endpointSelector: {}, nodeSelector: {}, ingress: [{}]',
    ),
    'only a CiliumClusterwideNetworkPolicy selects nodes': cnp('nodeSelector: {}, ingress: [{}]'),
    'host policies take no L7 rules': ccnp(
      'nodeSelector: {}, ingress: [{ toPorts: [{ ports: [{ port: "80", protocol: TCP }], rules: { http: [{ method: GET }] } }] }]',
    ),
    'DNS rules are for egress only': entry('ports: [{ port: "53" }], rules: { dns: [{ matchName: a }] }'),
    'L7 rules other than DNS need protocol TCP': entry('ports: [{ port: "80" }], rules: { http: [{}] }'),
    'L7 rules need a port': entry('ports: [{ port: "0", protocol: TCP }], rules: { http: [{}] }'),
    'only one of http, kafka may be given': entry(
      'ports: [{ port: "80", protocol: TCP }], rules: { http: [{}], kafka: [{}] }',
    ),
    'wrong family "IPv5"': rule('icmps: [{ fields: [{ family: IPv5, type: 8 }] }]'),
    'unknown mode "maybe"': rule('authentication: { mode: maybe }'),
    'matchName or matchPattern is needed': cnp(`${API}, egress: [{ toFQDNs: [{}] }]`),
    'k8sService or k8sServiceSelector is needed': cnp(`${API}, egress: [{ toServices: [{}] }]`),
    'field ingres is not known': cnp(`${API}, ingres: [{}]`),
    'a policy needs spec or specs': object(
      'CiliumNetworkPolicy',
      'name: p, namespace: card',
      'status: {}',
      'cilium.io/v2',
    ),
  };

  it.each(Object.entries(CASES))(
    'is named with its line, and what it could touch is open: %s',
    (reason, yaml) => {
      const simulator = simulate(yaml);
      expect(simulator.policies.refused).toHaveLength(1);
      expect(simulator.policies.refused[0]?.reason).toContain(reason);
      const { file, line } = simulator.policies.refused[0]!.source;
      expect(file).toBe('drawn.txt');
      expect(line).toBeGreaterThan(CLUSTER.split('\n').length - 1);
      const isOfNodes = simulator.policies.refused[0]?.selects?.(simulator.resolve('card/api')[0]!) === 'no';
      expect(ask(simulator, `${FROM} tcp 80`).outcome).toBe(isOfNodes ? 'allow' : 'indeterminate');
    },
  );

  it('leaves pods that it does not select as they are', () => {
    holds(CASES['endPort 79 is below port 80']!, { 'web/front -> card/db tcp 80': 'allow' });
  });

  it('is taken whole or not at all: one bad item of specs refuses the good ones', () => {
    const yaml = cnp(`specs: [{ ${API}, ingress: [{}] }, { ${API}, ingress: [{ fromEntities: [x] }] }]`);
    holds(yaml, { [`${FROM} tcp 80`]: 'indeterminate' });
  });
});

describe('a field that is not known', () => {
  it('leaves its rule open, not the whole policy', () => {
    const yaml = cnp(
      `${API}, ingress: [{ fromEndpoints: [{}], fromPlanets: [mars] }, { fromEntities: [world] }]`,
    );
    holds(yaml, {
      'card/db -> card/api tcp 80': 'indeterminate',
      'web/front -> card/api tcp 80': 'deny',
      '203.0.113.9 -> card/api tcp 80': 'allow',
    });
  });
});
