// How what a log reported and what the policies say fit together. `agree`, `contradict` and `indeterminate` are the
// words of the replay's summary.
import type { agreementOf } from '../../../shared/verdict/replay.ts';
import type { ReplayRow } from '../../../shared/verdict/replay-types.ts';

/** The three answers of the replay. */
export type Agreement = ReturnType<typeof agreementOf>;

/** In words. */
export function agreementWord(agreement: Agreement): string {
  return agreement === 'agree' ? 'agrees' : agreement === 'contradict' ? 'contradicts' : 'cannot tell';
}

/** Address of an edge within the case. */
export function flowKey(row: ReplayRow): string {
  return [row.cluster, row.src, row.dst, row.protocol, row.port ?? '', row.cloud ?? row.reported].join('|');
}
