// All checks by their stable ids. A check that is not here does not exist; two with one id are a mistake of ours.
import { assert } from '../base/assert.ts';
import type { ControlCheck } from './check.ts';
import { compareCheckIds } from './check-order.ts';
import { ingressDefaultDeny } from './s1-02.ts';
import { egressDefaultDeny } from './s1-03.ts';
import { outOfScopeReachability } from './s1-04.ts';
import { observedOutOfScope } from './s1-05.ts';
import { policiesEnforced } from './s1-11.ts';
import { policyBypass } from './s1-12.ts';
import { auditEventFields } from './s10-03.ts';
import { boundaryEdgesDrawn } from './s2-01.ts';
import { flowLogCoverage } from './s2-04.ts';
import { logAgreesWithModel } from './s2-08.ts';
import { exposureList } from './s4-01.ts';
import { unauthorisedExposure } from './s4-02.ts';
import { cdeEgressToInternet } from './s4-04.ts';
import { inventoryFilled } from './s5-01.ts';

/** The checks in the order of their ids. */
export const CHECKS: readonly ControlCheck[] = registryOf([
  ingressDefaultDeny,
  egressDefaultDeny,
  outOfScopeReachability,
  observedOutOfScope,
  policiesEnforced,
  policyBypass,
  boundaryEdgesDrawn,
  flowLogCoverage,
  logAgreesWithModel,
  exposureList,
  unauthorisedExposure,
  cdeEgressToInternet,
  inventoryFilled,
  auditEventFields,
]);

/** Sorts checks; two with one id break an invariant. */
export function registryOf(checks: readonly ControlCheck[]): readonly ControlCheck[] {
  const ids = new Set(checks.map(check => check.id));
  assert(ids.size === checks.length, 'every check has an id of its own');
  return [...checks].sort((a, b) => compareCheckIds(a.id, b.id));
}
