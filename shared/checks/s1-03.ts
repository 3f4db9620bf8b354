// S1-03: egress default deny on each in-scope pod (1.3.2); the same question as S1-02 in the other direction.
import type { CheckId } from '../base/brand.ts';
import type { ControlCheck } from './check.ts';
import { checkDefaultDeny } from './default-deny.ts';

/** The check S1-03. */
export const egressDefaultDeny: ControlCheck = {
  id: 'S1-03' as CheckId,
  version: 1,
  title: 'Egress default deny on each in-scope pod',
  seedRow: 'S1',
  requirements: ['1.3.2'],
  procedures: ['1.3.2.b'],
  run: facts => checkDefaultDeny(facts, 'egress'),
};
