// Scope categories looked up by the ends of connections: workloads by decision, other ends by what they are.
import type { ScopeMap } from '../../scope/scope.ts';

/** Category of one end of a connection in a cluster. */
export type CategoryOf = (cluster: string, end: string) => string;

/** The look-up over a scope; a workload without a decision is `undetermined`. */
export function categoriesOf(scope: ScopeMap): CategoryOf {
  const known = new Map(scope.decisions.map(item => [`${item.cluster}\n${item.workload}`, item.category]));
  return (cluster, end) => known.get(`${cluster}\n${end}`) ?? otherEnd(end);
}

function otherEnd(end: string): string {
  if (end.endsWith('[External]')) return 'outside';
  if (end.startsWith('{')) return 'entry';
  return end.startsWith('host:') ? 'host' : 'undetermined';
}
