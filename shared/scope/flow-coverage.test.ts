// What a flow log covers: records of a cloud's interfaces fill no silence of the cluster's own log.
import { describe, expect, it } from 'vitest';
import { drawFlows } from '../../test/fixtures/drawn-flows.ts';
import { flowCoverageOf, gapsOfCoverage } from './flow-coverage.ts';

const NO_NODES = { nodes: [], pods: [] };

describe('the coverage of a flow log', () => {
  it('keeps its silences although a cloud logged in them', () => {
    const own = `web/front -> card/api tcp 443 : dst allow at=1000
web/front -> card/api tcp 443 : dst allow at=4600`;
    const cloud = 'pub(203.0.113.9) -> host(node1) tcp 443 : cloud allow at=';
    const beside = [1300, 1600, 1900, 2200, 2500, 2800, 3100, 3400, 3700, 4000, 4300].map(
      at => `${cloud}${at}`,
    );
    const alone = flowCoverageOf(drawFlows(own), NO_NODES);
    const both = flowCoverageOf(drawFlows([own, ...beside].join('\n')), NO_NODES);
    expect(alone.silences).toHaveLength(1);
    expect(both).toEqual({ ...alone, outside: 11 });
  });

  it('of a cloud alone is none', () => {
    const coverage = flowCoverageOf(drawFlows('pvt -> host(node1) tcp 443 : cloud allow at=300'), NO_NODES);
    expect(coverage.records).toBe(0);
    expect(gapsOfCoverage(coverage)).toContain(
      'the flow log is of cloud interfaces only, which see no traffic inside a node',
    );
  });
});
