// The `.vouch` file: schema `vouch.engagement/1`, parsed once at the door. A file of a newer schema is refused,
// never tried; a fault is named by the path of the member that is wrong.
import * as v from 'valibot';
import type { Digest, Instant } from '../base/brand.ts';
import { isInstant } from '../base/instant.ts';
import { prettyJson } from '../base/json.ts';
import { failed, ok, type Result } from '../base/result.ts';
import type { Engagement, EngagementHeader } from './engagement.ts';

const text = v.pipe(v.string(), v.nonEmpty());
const instant = v.custom<Instant>(
  value => typeof value === 'string' && isInstant(value),
  'is not a UTC instant',
);
const digest = v.custom<Digest>(
  value => typeof value === 'string' && /^sha256:[0-9a-f]{64}$/.test(value),
  'is not a sha256 digest',
);
const day = v.pipe(v.string(), v.isoDate());
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const list = <T extends v.GenericSchema>(item: T) => v.optional(v.array(item), []);
const category = v.picklist(['cde', 'security-impacting', 'connected', 'out-of-scope', 'undetermined']);

const header = v.object({
  id: text,
  title: text,
  entity: v.object({ name: text, kind: v.picklist(['merchant', 'service-provider']) }),
  firstAssessment: v.boolean(),
  extent: v.picklist(['full', 'partial']),
  began: v.exactOptional(day),
  ended: v.exactOptional(day),
  reportDate: v.exactOptional(day),
  clusters: list(v.object({ id: text, name: text })),
  leadQsa: v.exactOptional(text),
  qaReviewer: v.exactOptional(text),
  thirdPartyServiceProviders: list(
    v.object({ name: text, service: v.string(), aoc: v.exactOptional(v.string()) }),
  ),
  evidenceCustodian: v.exactOptional(text),
  keepUntil: v.exactOptional(day),
  standard: v.picklist(['4.0.1', '3.2.1']),
  scopeSelectors: v.exactOptional(v.array(text)),
});

const evidenceSource = v.object({
  file: text,
  line: v.exactOptional(count),
  endLine: v.exactOptional(count),
  sha256: digest,
});

/** The schema of the engagement file; `assets/schema` holds its JSON Schema form. */
export const engagementSchema = v.object({
  schema: v.literal('vouch.engagement/1'),
  header,
  people: list(
    v.object({
      id: text,
      name: text,
      role: v.string(),
      company: v.exactOptional(v.string()),
      certificate: v.exactOptional(v.string()),
    }),
  ),
  imports: list(
    v.object({
      path: text,
      sha256: digest,
      bytes: count,
      format: text,
      role: text,
      records: count,
      redactions: count,
      at: instant,
      needsConfirmation: v.exactOptional(v.literal(true)),
      noAccountDataSeenBy: v.exactOptional(text),
    }),
  ),
  scopeMarks: list(
    v.object({
      workload: text,
      cluster: v.exactOptional(text),
      category,
      role: v.exactOptional(v.picklist(['stores', 'processes', 'transmits', 'public-service'])),
      reason: text,
      by: text,
      at: instant,
    }),
  ),
  justifications: list(
    v.object({
      id: text,
      subject: text,
      reason: text,
      approvedBy: v.exactOptional(text),
      by: text,
      at: instant,
    }),
  ),
  evidence: list(
    v.object({
      id: text,
      kind: v.picklist([
        'file',
        'row',
        'flow',
        'policy-line',
        'check-result',
        'scope-decision',
        'verdict',
        'note',
      ]),
      title: text,
      source: v.exactOptional(evidenceSource),
      excerpt: v.exactOptional(v.string()),
      collectedBy: text,
      collectedAt: instant,
    }),
  ),
  tags: list(
    v.object({
      id: text,
      evidence: text,
      requirement: text,
      procedure: v.exactOptional(text),
      note: v.exactOptional(v.string()),
      by: text,
      at: instant,
    }),
  ),
  findings: list(
    v.object({
      requirement: text,
      finding: v.picklist(['In Place', 'Not Applicable', 'Not Tested', 'Not in Place']),
      note: v.string(),
      by: text,
      at: instant,
    }),
  ),
  reviews: list(
    v.object({
      subject: text,
      outcome: v.picklist(['accepted', 'returned']),
      note: v.string(),
      by: text,
      at: instant,
    }),
  ),
  proposals: v.exactOptional(
    list(
      v.object({
        id: text,
        cluster: text,
        title: text,
        text,
        by: text,
        at: instant,
      }),
    ),
  ),
  registerMappings: v.exactOptional(
    list(
      v.object({
        id: text,
        kind: text,
        columns: v.array(v.object({ header: text, field: v.exactOptional(text) })),
        by: text,
        at: instant,
      }),
    ),
  ),
  requests: v.exactOptional(
    list(
      v.object({
        request: text,
        state: v.picklist(['to-ask', 'asked', 'received', 'refused', 'not-needed']),
        owner: v.exactOptional(text),
        due: v.exactOptional(day),
        note: v.exactOptional(v.string()),
        own: v.exactOptional(v.object({ item: text, why: v.string(), procedures: list(text) })),
        by: text,
        at: instant,
      }),
    ),
  ),
  custody: list(
    v.object({
      seq: count,
      at: instant,
      actor: text,
      action: text,
      object: text,
      sha256: v.exactOptional(digest),
      prev: text,
      hash: text,
    }),
  ),
  secret: v.exactOptional(v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'is not 64 hex digits'))),
});

/** Parses an engagement document (JSON or YAML already read into a value). */
export function parseEngagement(value: unknown, file: string): Result<Engagement> {
  const schema = typeof value === 'object' && value !== null && 'schema' in value ? value.schema : undefined;
  if (typeof schema === 'string' && schema !== 'vouch.engagement/1' && schema.startsWith('vouch.engagement/'))
    return failed(
      'engagement.schema',
      `Written by another version (${schema}); this one reads vouch.engagement/1`,
      { file },
    );
  const parsed = v.safeParse(engagementSchema, value);
  if (parsed.success) return ok(parsed.output);
  const issue = parsed.issues[0];
  const path = v.getDotPath(issue);
  return failed('engagement.invalid', `${path ?? 'The document'}: ${issue.message}`, { file });
}

/** The text of an engagement file: canonical key order, final newline. */
export function printEngagement(engagement: Engagement): string {
  return prettyJson(engagement);
}

/** An engagement without its secret: the only form that leaves the laptop. */
export function withoutSecret(engagement: Engagement): Engagement {
  const { secret, ...rest } = engagement;
  return rest;
}

/** A new, empty engagement. `secret` is 64 hex digits of randomness that the host brings. */
export function newEngagement(header: EngagementHeader, secret: string): Engagement {
  return {
    schema: 'vouch.engagement/1',
    header,
    people: [],
    imports: [],
    scopeMarks: [],
    justifications: [],
    evidence: [],
    tags: [],
    findings: [],
    reviews: [],
    custody: [],
    secret,
  };
}
