// How much a flow log may be leaned on. Nodes and period are serious: without them nothing can be said about what was
// not seen. Lost records and missing ports are minor: what was seen stands, the rest is the assessor's to judge.
import type { CheckCoverage } from './check.ts';
import { gapsOfCoverage, type FlowCoverage } from '../scope/flow-coverage.ts';

/** The share of the cluster's nodes that must have reported before "not seen" means anything: all of them. */
export const LEAST_NODE_SHARE = 1;
/** The share of the period that may be silent before "not seen" means nothing: one in a hundred. */
export const MOST_SILENT_SHARE = 0.01;
/** Below half of the nodes, or beyond half of the period, a log does not even serve a drawing. */
export const DRAWING_NODE_SHARE = 0.5;
/** See DRAWING_NODE_SHARE. */
export const DRAWING_SILENT_SHARE = 0.5;

/** Gaps of nodes and period beyond the thresholds, in sentences; then nothing can be said of what was not seen. */
export function seriousGaps(coverage: FlowCoverage | undefined): readonly string[] {
  if (coverage === undefined) return ['no flow log was imported'];
  const isSerious =
    coverage.records === 0 ||
    !coverage.nodesComparable ||
    nodeShareOf(coverage) < LEAST_NODE_SHARE ||
    coverage.silentShare > MOST_SILENT_SHARE;
  return isSerious ? gapsOfCoverage(coverage, { minor: false }) : [];
}

/** All gaps of a log, serious or not. */
export function allGaps(coverage: FlowCoverage | undefined): readonly string[] {
  return coverage === undefined ? ['no flow log was imported'] : gapsOfCoverage(coverage);
}

/** The share of the cluster's nodes that reported. */
export function nodeShareOf(coverage: FlowCoverage): number {
  const all = coverage.nodesMissing.length + coverage.nodesPresent;
  return all === 0 ? 0 : coverage.nodesPresent / all;
}

/** The period of several logs together. */
export function periodOfFlows(coverages: readonly (FlowCoverage | undefined)[]): CheckCoverage['period'] {
  const periods = coverages.flatMap(coverage => coverage?.period ?? []);
  if (periods.length === 0) return undefined;
  return {
    from: periods.reduce(
      (first, period) => (period.from < first ? period.from : first),
      periods[0]?.from ?? '',
    ),
    to: periods.reduce((last, period) => (period.to > last ? period.to : last), ''),
  };
}
