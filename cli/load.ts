// From a parsed command line to sources, engagement and context: what every command that reads a cluster shares.
import { readFile } from 'node:fs/promises';
import { parse as parseYaml } from 'yaml';
import type { Instant } from '../shared/base/brand.ts';
import { fromHex } from '../shared/base/digest.ts';
import { parseInstant } from '../shared/base/instant.ts';
import { failed, ok, type Problem, type Result } from '../shared/base/result.ts';
import { importCase, judgeCase, type Case, type ModelledCluster } from '../shared/engagement/run-case.ts';
import type { Diagnostic, Intake, IntakeContext, IntakeSource, SourceRole } from '../shared/intake/intake.ts';
import type { ProfileChoice } from '../shared/policy/profile.ts';
import { newEngagement, parseEngagement } from '../shared/records/engagement-file.ts';
import type { Engagement } from '../shared/records/engagement.ts';
import type { Args } from './args.ts';
import { filesAt, type PathNames } from './files.ts';
import { interruption } from './interruption.ts';
import { nodeDigests, nodeGunzip } from './node-host.ts';
import type { Loudness } from './output.ts';

const ROLES: readonly (readonly [string, SourceRole])[] = [
  ['cluster', 'cluster'],
  ['flows', 'flows'],
  ['audit-log', 'audit-log'],
  ['scan', 'scan'],
  ['register', 'register'],
];
const PROFILES: readonly ProfileChoice[] = ['auto', 'kubernetes', 'calico', 'cilium', 'np-guard'];

/** What was imported, and what nobody could use. */
export interface Loaded {
  readonly intake: Intake;
  readonly clusters: readonly ModelledCluster[];
  readonly diagnostics: readonly Diagnostic[];
}

/** How loud a command is. */
export function loudnessOf(args: Args): Loudness {
  if (args.flags.has('quiet')) return 'quiet';
  return args.flags.has('verbose') ? 'verbose' : 'normal';
}

/** Sources of the options, or of one option only; `NAME=PATH` names a cluster. */
export async function sourcesOf(
  args: Args,
  names: PathNames,
  only?: string,
): Promise<Result<readonly IntakeSource[]>> {
  const sources: IntakeSource[] = [];
  for (const [option, role] of ROLES) {
    if (only !== undefined && option !== only) continue;
    for (const word of args.lists[option] ?? []) {
      const found = await sourcesAt(word, role, names);
      if (!found.ok) return found;
      sources.push(...found.value);
    }
  }
  return ok(sources);
}

/** Sources at one path word, `NAME=PATH` for a named cluster. */
export async function sourcesAt(
  word: string,
  role: SourceRole,
  names: PathNames,
): Promise<Result<readonly IntakeSource[]>> {
  const named = role === 'cluster' ? /^([A-Za-z0-9][\w.-]*)=(.+)$/.exec(word) : null;
  const files = await filesAt(named?.[2] ?? word, names);
  if (!files.ok) return files;
  const cluster = named?.[1];
  return ok(files.value.map(file => ({ file, role, ...(cluster === undefined ? {} : { cluster }) })));
}

/** `--profile`, or a usage problem. */
export function profileOf(args: Args): Result<ProfileChoice> {
  const text = args.values['profile'] ?? 'auto';
  const choice = PROFILES.find(profile => profile === text);
  return choice === undefined
    ? failed('usage.profile', `Unknown profile ${text}; one of ${PROFILES.join(', ')}`)
    : ok(choice);
}

/** `--now`, or a usage problem. */
export function nowOf(args: Args): Result<Instant | undefined> {
  const text = args.values['now'];
  if (text === undefined) return ok(undefined);
  const instant = parseInstant(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00Z` : text);
  return instant === undefined ? failed('usage.now', `Not an instant: ${text}`) : ok(instant);
}

/** The engagement of `--engagement` (JSON or YAML), or an empty one whose masks are stable but not secret. */
export async function engagementOf(args: Args): Promise<Result<Engagement>> {
  const path = args.values['engagement'];
  if (path === undefined) return ok(unnamedEngagement());
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return failed('usage.path', 'No such engagement file', { file: path });
  try {
    return parseEngagement(parseYaml(text, { schema: 'core', maxAliasCount: 0 }), path);
  } catch (error) {
    return failed(
      'engagement.syntax',
      error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error),
      { file: path },
    );
  }
}

/** What the core needs of Node for one import. */
export function contextOf(engagement: Engagement, extra: Partial<IntakeContext> = {}): IntakeContext {
  return {
    digests: nodeDigests,
    secret: fromHex(engagement.secret ?? '00'.repeat(32)),
    gunzip: nodeGunzip,
    cancellation: interruption,
    ...(engagement.registerMappings === undefined ? {} : { mappings: engagement.registerMappings }),
    ...extra,
  };
}

/** Imports and models; fails for a hostile archive, and with `nothing-usable` when no file gave a record. */
export async function load(
  sources: readonly IntakeSource[],
  profile: ProfileChoice,
  context: IntakeContext,
): Promise<Result<Loaded>> {
  const imported = await importCase(sources, profile, context);
  const { intake, diagnostics } = imported;
  const hostile = hostileProblem(intake);
  if (hostile !== undefined) return { ok: false, problem: hostile };
  const records = intake.files.reduce((sum, file) => sum + file.records, 0);
  if (records === 0) return failed('intake.nothing-usable', nothingUsable(diagnostics, sources.length));
  return ok(imported);
}

/** The first file that was refused as hostile: the command line goes no further then, whatever else came in. */
export function hostileProblem({ hostile, files }: Pick<Intake, 'hostile' | 'files'>): Problem | undefined {
  const [first, ...others] = hostile;
  const [why] = files.find(file => file.path === first)?.diagnostics ?? [];
  if (first === undefined || why === undefined) return undefined;
  const { code, message, file } = why;
  return {
    code,
    file,
    message: others.length === 0 ? message : `${message}; ${others.length} more are hostile`,
  };
}

/** Scope and checks over what was loaded. */
export function judge(
  loaded: Loaded,
  args: Args,
  engagement: Engagement,
  profile: ProfileChoice,
  context: IntakeContext,
): Case {
  const scope = args.lists['scope'];
  return judgeCase(
    loaded,
    { engagement, profile, ...(scope === undefined || scope.length === 0 ? {} : { scopeSelectors: scope }) },
    context,
  );
}

function nothingUsable(diagnostics: readonly Diagnostic[], files: number): string {
  if (files === 0) return 'No files were found there';
  const first = diagnostics.find(item => item.severity === 'error');
  const why =
    first === undefined
      ? ''
      : `; first: ${first.file}${first.line === undefined ? '' : `:${first.line}`}: ${first.message}`;
  return `None of ${files} file${files === 1 ? '' : 's'} held anything usable${why}`;
}

function unnamedEngagement(): Engagement {
  return newEngagement(
    {
      id: 'unnamed',
      title: 'Without an engagement',
      entity: { name: 'Not named', kind: 'merchant' },
      firstAssessment: true,
      extent: 'partial',
      clusters: [],
      thirdPartyServiceProviders: [],
      standard: '4.0.1',
    },
    '00'.repeat(32),
  );
}
