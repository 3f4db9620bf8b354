// All kinds of lists, in the order in which ties are named.
import type { RegisterKind } from '../../model/register.ts';
import type { RegisterDefinition } from './definition.ts';
import { ALERTS } from './kinds/alerts.ts';
import { CERTIFICATES } from './kinds/certificates.ts';
import { CHANGES } from './kinds/changes.ts';
import { COMPONENTS } from './kinds/components.ts';
import { EDGES } from './kinds/edges.ts';
import { JUSTIFICATIONS } from './kinds/justifications.ts';
import { ROLES } from './kinds/roles.ts';
import { RULE_REVIEWS } from './kinds/rule-reviews.ts';

/** The definitions by kind. */
export const REGISTERS: { readonly [K in RegisterKind]: RegisterDefinition<K> } = {
  components: COMPONENTS,
  justifications: JUSTIFICATIONS,
  changes: CHANGES,
  'rule-reviews': RULE_REVIEWS,
  certificates: CERTIFICATES,
  alerts: ALERTS,
  roles: ROLES,
  edges: EDGES,
};

/** The kinds. */
export const REGISTER_KINDS = Object.keys(REGISTERS) as readonly RegisterKind[];
