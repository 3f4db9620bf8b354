// Every control check by its stable id; two checks of one id cannot stand beside each other.
import { assert } from '../base/assert.ts';
import type { ControlCheck } from './check.ts';

/** All checks. */
export const CHECKS: readonly ControlCheck[] = register([]);

function register(checks: readonly ControlCheck[]): readonly ControlCheck[] {
  assert(new Set(checks.map(check => check.id)).size === checks.length, 'every check has an id of its own');
  return checks;
}
