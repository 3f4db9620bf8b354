// What kubectl says in place of objects, wherever it stands in a file: "Forbidden", "No resources found", errors, and
// the container logs that `cluster-info dump` puts between its objects. Each is a fact about the collection; the lines
// are blanked, character for character, so that the documents around them still parse at their own lines.
import { withoutHelmHeadings } from './helm-output.ts';
import { POLICY_KINDS } from '../model/policy-kinds.ts';
import type { SourceSpan } from '../base/source.ts';
import type { Diagnostic } from './intake.ts';
import type { Gap } from './leaf.ts';
import { resourceOfPath } from './resource-names.ts';

/** A text without its messages, and what they said. */
export interface Messages {
  readonly text: string;
  readonly gaps: readonly Gap[];
  readonly diagnostics: readonly Diagnostic[];
}

const HINT =
  /^(?:Error from server|[Ee]rror: |No resources found|Unable to connect|The connection to the server|==== START logs)/m;
const FORBIDDEN =
  /^Error from server \(Forbidden\): (?:([a-z0-9-]+)(?:\.([a-z0-9.-]+))?(?: "[^"]*")? is forbidden)?.*$/;
const NO_RESOURCES = /^No resources found(?: in .*)?\.?$/;
const NOT_SERVED = /^error: the server doesn't have a resource type "([^"]+)"$/;
const SILENT_GROUP = /couldn't get resource list for ([a-z0-9.-]+)\//g;
const FAILURE =
  /^(?:error: .*|Error from server(?: \(\w+\))?: .*|Unable to connect to the server: .*|The connection to the server .*)$/;
const LOG_STARTS = /^==== START logs for /;
const LOG_ENDS = /^==== END logs for /;

/** Whether a text holds a message at all. */
export function holdsMessages(text: string): boolean {
  return HINT.test(text);
}

/** Reads and blanks the messages of a text; most texts hold none. */
export function takeMessages(whole: string, file: string): Messages {
  const text = withoutHelmHeadings(whole);
  if (!HINT.test(text)) return { text, gaps: [], diagnostics: [] };
  const gaps: Gap[] = [];
  const diagnostics: Diagnostic[] = [];
  // A group whose API server did not answer is named so by kubectl, and then taken for one that is not served.
  const silent = new Set([...text.matchAll(SILENT_GROUP)].map(match => match[1] ?? ''));
  let inLog = false;
  const lines = text.split('\n').map((raw, index) => {
    const line = raw.trimEnd();
    if (LOG_STARTS.test(line)) inLog = true;
    if (inLog) {
      if (LOG_ENDS.test(line)) inLog = false;
      return ' '.repeat(raw.length);
    }
    const message = readMessage(line, { file, line: index + 1 }, silent);
    if (message === undefined) return raw;
    gaps.push(...message.gaps);
    diagnostics.push(message.diagnostic);
    return ' '.repeat(raw.length);
  });
  return { text: lines.join('\n'), gaps, diagnostics };
}

interface Message {
  readonly gaps: readonly Gap[];
  readonly diagnostic: Diagnostic;
}

function readMessage(line: string, source: SourceSpan, silent: ReadonlySet<string>): Message | undefined {
  const forbidden = FORBIDDEN.exec(line);
  if (forbidden !== null) {
    const what = forbidden[1] ?? 'unknown resource';
    return {
      gaps: [{ state: 'forbidden', what, group: forbidden[2] ?? '', source }],
      diagnostic: {
        code: 'intake.collection.forbidden',
        severity: 'warning',
        message: `The collector was not allowed to read ${what}`,
        ...source,
      },
    };
  }
  if (NO_RESOURCES.test(line)) return noResources(source.file, source.line);
  const notServed = NOT_SERVED.exec(line)?.[1];
  if (notServed !== undefined) return notServedKind(notServed, source, silent);
  if (!FAILURE.test(line)) return undefined;
  return {
    gaps: [{ state: 'error', what: 'unknown resource', group: '', source }],
    diagnostic: {
      code: 'intake.collection.error',
      severity: 'warning',
      message: `Holds an error of kubectl in place of objects: ${line.slice(0, 120)}`,
      ...source,
    },
  };
}

/**
 * kubectl leaves the group out of this message: of a name that several groups use, only the file's name tells which. It
 * also says so of groups whose API server is silent.
 */
function notServedKind(resource: string, source: SourceSpan, silent: ReadonlySet<string>): Message {
  const [plural = '', ...groups] = resource.split('.');
  const named = resourceOfPath(source.file);
  const group = groups.length === 0 && named?.what === plural ? named.group : groups.join('.');
  const gap = { what: plural, group, source };
  const whole = group === '' ? plural : `${plural}.${group}`;
  if (silent.size > 0 && (group === '' || silent.has(group)))
    return {
      gaps: [{ state: 'error', ...gap }],
      diagnostic: {
        code: 'intake.collection.error',
        severity: 'warning',
        message: `It could not be told whether the cluster serves ${whole}: an API server did not answer`,
        ...source,
      },
    };
  const isOpen = group === '' && SHARED_NAMES.has(plural);
  return {
    gaps: isOpen ? [] : [{ state: 'asked-none', ...gap }],
    diagnostic: {
      code: 'intake.collection.not-served',
      severity: 'info',
      message: isOpen
        ? `The cluster serves no ${plural} of some group, but not of which; name the file after the resource`
        : `The cluster serves no ${whole}`,
      ...source,
    },
  };
}

/** Plurals of policy kinds that more than one group has. */
const SHARED_NAMES: ReadonlySet<string> = new Set(
  POLICY_KINDS.filter(({ kind, group }) =>
    POLICY_KINDS.some(other => other.kind === kind && other.group !== group),
  ).map(({ kind }) => `${kind.toLowerCase().replace(/y$/, 'ie')}s`),
);

/** "No resources found" and an empty List name no kind themselves; the file's name may. */
export function noResources(file: string, line: number): Message {
  const resource = resourceOfPath(file);
  const source = { file, line };
  if (resource === undefined)
    return {
      gaps: [],
      diagnostic: {
        code: 'intake.collection.no-resources',
        severity: 'info',
        message: 'Says that there are no resources, but not of which kind; name the file after the resource',
        ...source,
      },
    };
  return {
    gaps: [{ state: 'asked-none', ...resource, source }],
    diagnostic: {
      code: 'intake.collection.asked-none',
      severity: 'info',
      message: `Taken as "asked, none" for ${resource.what}, which only the file's name says`,
      ...source,
    },
  };
}
