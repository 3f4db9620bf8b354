// How what a log reported and what the policies say fit together. `agree`, `contradict` and `indeterminate` are the
// words of the replay's summary.
import type { ReplayRow } from '../../../shared/verdict/replay-types.ts';

/** The three answers. */
export type Agreement = 'agree' | 'contradict' | 'indeterminate';

/** Of one edge. */
export function agreementOf(row: ReplayRow): Agreement {
  if (row.recomputed === 'indeterminate' || row.reported === 'unknown') return 'indeterminate';
  return row.reported === row.recomputed ? 'agree' : 'contradict';
}

/** In words. */
export function agreementWord(agreement: Agreement): string {
  return agreement === 'agree' ? 'agrees' : agreement === 'contradict' ? 'contradicts' : 'cannot tell';
}

/** Address of an edge within the case. */
export function flowKey(row: ReplayRow): string {
  return [row.cluster, row.src, row.dst, row.protocol, row.port ?? '', row.reported].join('|');
}
