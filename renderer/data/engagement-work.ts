// Beginning, opening, saving and closing an engagement. The `.vouch` file is the record; what is here is the
// working copy of it.
import { hex } from '../../shared/base/digest.ts';
import { failed, ok, type Result } from '../../shared/base/result.ts';
import { newEngagement, parseEngagement, printEngagement } from '../../shared/records/engagement-file.ts';
import type { Engagement, Person } from '../../shared/records/engagement.ts';
import { forgetEngagement } from './engagement-store.ts';
import type { Workbench } from './workbench.ts';

/** What a person says to begin. */
export interface NewEngagement {
  readonly title: string;
  readonly entity: string;
  readonly kind: 'merchant' | 'service-provider';
  readonly assessor: string;
  readonly company: string;
}

/** Begins an engagement: the person who begins it is its lead QSA and at work in it. */
export async function beginEngagement(
  workbench: Workbench,
  asked: NewEngagement,
): Promise<Result<Engagement>> {
  const person: Person = {
    id: personId([], asked.assessor),
    name: asked.assessor.trim(),
    role: 'Lead QSA',
    ...(asked.company.trim() === '' ? {} : { company: asked.company.trim() }),
  };
  const header = {
    id: `case-${randomHex(8)}`,
    title: asked.title.trim(),
    entity: { name: asked.entity.trim(), kind: asked.kind },
    firstAssessment: true,
    extent: 'full' as const,
    clusters: [],
    thirdPartyServiceProviders: [],
    standard: '4.0.1' as const,
    leadQsa: person.id,
  };
  const begun = await workbench.adopt(newEngagement(header, randomHex(32)), { actor: person.id });
  return begun.ok ? workbench.decide({ kind: 'add-person', person }) : begun;
}

/** Opens a `.vouch` file; one already here under the same id is replaced when the file knows more. */
export async function openEngagementFile(workbench: Workbench): Promise<Result<Engagement | undefined>> {
  const opened = await workbench.bridge.openFile({ purpose: 'engagement' });
  if (!opened.ok) return failed(opened.error.code, opened.error.message);
  if (opened.value.kind === 'cancelled') return ok(undefined);
  return adoptFile(workbench, opened.value.name, opened.value.bytes);
}

/** Takes the bytes of a `.vouch` file into the working store and opens it. */
export async function adoptFile(
  workbench: Workbench,
  name: string,
  bytes: Uint8Array,
): Promise<Result<Engagement>> {
  const value = parseJson(name, bytes);
  if (!value.ok) return value;
  const parsed = parseEngagement(value.value, name);
  if (!parsed.ok) return parsed;
  const { secret = randomHex(32), ...rest } = parsed.value;
  const engagement: Engagement = { ...rest, secret };
  const here = await workbench.open(engagement.header.id);
  if (here.ok && here.value.custody.length > engagement.custody.length)
    return failed(
      'window.older-file',
      `${name} is older than what is open here; save this one first to compare`,
      { file: name },
    );
  if (here.ok) await forgetEngagement(workbench.database, engagement.header.id);
  return workbench.adopt(
    engagement,
    engagement.header.leadQsa === undefined ? {} : { actor: engagement.header.leadQsa },
  );
}

/** Saves the `.vouch` file where the person says. */
export async function saveEngagementFile(workbench: Workbench): Promise<Result<string | undefined>> {
  const engagement = workbench.state.get().engagement;
  if (engagement === undefined) return failed('window.no-engagement', 'No engagement is open');
  const saved = await workbench.bridge.saveFile({
    purpose: 'engagement',
    name: `${fileName(engagement.header.title)}.vouch`,
    bytes: new TextEncoder().encode(printEngagement(engagement)),
  });
  if (!saved.ok) return failed(saved.error.code, saved.error.message);
  return ok(saved.value.kind === 'saved' ? saved.value.name : undefined);
}

/** An id for a person that reads like the name and is not taken. */
export function personId(people: readonly Person[], name: string): string {
  const base =
    name
      .normalize('NFKD')
      .replace(/\p{M}+/gu, '')
      .toLowerCase()
      .replaceAll('ł', 'l')
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '') || 'person';
  const taken = new Set(people.map(person => person.id));
  for (let number = 1; ; number++) {
    const id = number === 1 ? base : `${base}-${number}`;
    if (!taken.has(id)) return id;
  }
}

/** A title as a file name: letters, digits and hyphens. */
export function fileName(title: string): string {
  return title.replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-+|-+$/g, '') || 'engagement';
}

/** Random bytes as hex: ids and the secret of an engagement. */
export function randomHex(bytes: number): string {
  return hex(crypto.getRandomValues(new Uint8Array(bytes)));
}

function parseJson(name: string, bytes: Uint8Array): Result<unknown> {
  try {
    return ok(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return failed('engagement.syntax', `This is no engagement file: ${message}`, { file: name });
  }
}
