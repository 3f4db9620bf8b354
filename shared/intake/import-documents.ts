// JSON and YAML documents: masked first, parsed from the masked text, then read by format. One broken document loses
// only itself; every fault is named with its line, and with the policy kinds that were lost with it.
import { collect } from '../archive/bytes.ts';
import { groupOf } from '../model/object.ts';
import { POLICY_KINDS } from '../model/policy-kinds.ts';
import { decodeText, encodingRemarks, type Encoding } from './decode-text.ts';
import { makeLineAt, type DocumentFault, type ParsedText } from './document.ts';
import type { Diagnostic } from './intake.ts';
import { makeGathering } from './gathering.ts';
import { holdsMessages, takeMessages } from './kubectl-messages.ts';
import { accountDataOf, countKinds, EMPTY_LEAF, type Gap, type Leaf, type LeafContext } from './leaf.ts';
import { beginsLikeJson, mayHoldDocuments, parseText } from './parse-text.ts';
import { describeText, headOf, templateLine } from './plain-text.ts';
import type { UnplacedObject } from './read-object.ts';
import { readDocuments } from './read-documents.ts';
import { accountDataIn, applyEdits, holdsImportMask, type Edit } from './redact/mask.ts';
import { documentEdits } from './redact/redact-text.ts';

/** Whether the beginning of a file may be documents of ours; anything else is kept as a text. */
export function looksLikeDocuments(head: string): boolean {
  return mayHoldDocuments(head) || holdsMessages(head);
}

/** Imports a whole text. */
export function importDocuments(
  path: string,
  bytes: Uint8Array,
  encoding: Exclude<Encoding, 'binary'>,
  context: LeafContext,
): Leaf {
  const text = decodeText(bytes, encoding);
  const messages = takeMessages(text, path);
  const { edits, masked, parsed, isLess } = maskAndParse(path, text, messages.text, context);
  const lineAt = makeLineAt(masked);
  const accountData = accountDataOf(
    path,
    accountDataIn(masked).map(({ kind, at }) => ({ kind, line: lineAt(at) })),
  );
  const gathering = makeGathering(path, context.flows);
  const read = readDocuments(path, parsed, gathering);
  const { diagnostics, ...gathered } = gathering.finish();
  const faults = faultsOf(path, parsed, read.recognition !== undefined, masked);
  return {
    ...EMPTY_LEAF,
    ...gathered,
    records: read.records,
    format: read.recognition?.format ?? (messages.gaps.length > 0 ? 'kubernetes' : 'text'),
    reason: read.recognition?.reason ?? reasonOf(messages.gaps, faults.meant),
    ...(read.recognition === undefined && messages.gaps.length === 0 ? headOf(masked) : {}),
    redactions: countKinds(edits.map(edit => edit.kind)),
    gaps: [...messages.gaps, ...faults.gaps, ...gathered.gaps],
    accountData: accountData.hits,
    diagnostics: [
      ...accountData.diagnostics,
      ...messages.diagnostics,
      ...encodingRemarks(path, encoding, brokenLine(text)),
      ...faults.diagnostics,
      ...remarksOf(path, parsed),
      ...(read.recognition === undefined ? describeText(text, path) : []),
      ...(read.recognition === undefined && parsed.faults.length === 0 ? almostObject(text, path) : []),
      ...diagnostics,
      ...(isLess ? [unparsed(path)] : []),
      ...incompleteExport(path, gathered.objects),
    ],
    ...(holdsImportMask(text) ? { holdsMasks: true as const } : {}),
    ...(edits.length === 0 ? {} : { masked: open => maskWhole(open(), encoding, path, context) }),
  };
}

/** The line of the first character that could not be decoded. */
function brokenLine(text: string): number | undefined {
  const at = text.indexOf('\ufffd');
  return at < 0 ? undefined : makeLineAt(text)(at);
}

interface MaskedText {
  readonly edits: readonly Edit[];
  readonly masked: string;
  readonly parsed: ParsedText;
  /** Fewer documents could be read after masking than before. */
  readonly isLess: boolean;
}

/** The documents of the masked text; those of the original are let go before these are read. */
function maskAndParse(path: string, text: string, readable: string, context: LeafContext): MaskedText {
  const plan = ((): { edits: readonly Edit[]; parsed?: ParsedText; documents: number } => {
    const parsed = parseText(readable, context.limits);
    const edits = editsOf(text, parsed);
    const documents = parsed.documents.length;
    return edits.length === 0 ? { edits, parsed, documents } : { edits, documents };
  })();
  const { edits } = plan;
  if (plan.parsed !== undefined) return { edits, masked: text, parsed: plan.parsed, isLess: false };
  const masked = applyEdits(text, edits, context.masker);
  const parsed = parseText(takeMessages(masked, path).text, context.limits);
  return { edits, masked, parsed, isLess: parsed.documents.length < plan.documents };
}

/** The masked copy of a text, made again from the original. */
async function* maskWhole(
  chunks: AsyncIterable<Uint8Array>,
  encoding: Exclude<Encoding, 'binary'>,
  path: string,
  context: LeafContext,
): AsyncIterable<Uint8Array> {
  const text = decodeText(await collect(chunks), encoding);
  const parsed = parseText(takeMessages(text, path).text, context.limits);
  yield new TextEncoder().encode(applyEdits(text, editsOf(text, parsed), context.masker));
}

function editsOf(text: string, parsed: ParsedText): readonly Edit[] {
  return documentEdits(
    text,
    parsed.documents,
    parsed.faults.map(fault => fault.range),
  );
}

function reasonOf(gaps: readonly Gap[], meant: boolean): string {
  if (gaps.length > 0) return 'messages of kubectl in place of objects';
  return meant ? 'a document that cannot be read' : 'readable text of no known format';
}

/** What was read otherwise than it stands. */
function remarksOf(file: string, { remarks = [] }: ParsedText): readonly Diagnostic[] {
  return remarks.map(({ code, message, line }) => ({
    code,
    severity: code === 'intake.json.read-as-yaml' ? 'info' : 'warning',
    message,
    file,
    line,
  }));
}

interface Faults {
  readonly diagnostics: readonly Diagnostic[];
  readonly gaps: readonly Gap[];
  /** Whether the text was meant as documents of ours. */
  readonly meant: boolean;
}

function faultsOf(file: string, parsed: ParsedText, recognised: boolean, text: string): Faults {
  if (parsed.faults.length === 0) return { diagnostics: [], gaps: [], meant: false };
  const template = templateLine(text);
  if (template !== undefined)
    return {
      meant: true,
      gaps: [],
      diagnostics: [
        {
          code: 'intake.template.unrendered',
          severity: 'error',
          message: 'A template that was not rendered; run helm template or kustomize build first',
          file,
          line: template,
        },
      ],
    };
  const meant = recognised || beginsLikeJson(text) || beginsLikeAnObject(text) || FLOW_OBJECT.test(text);
  if (!meant) return { diagnostics: [], gaps: [], meant: false };
  return {
    meant,
    diagnostics: parsed.faults.map(({ code, message, line }) => ({
      code,
      severity: 'error',
      message,
      file,
      line,
    })),
    gaps: parsed.faults.flatMap(fault => lostKinds(file, fault, text)),
  };
}

/** Policy kinds that a broken document names: their collection has a hole. */
function lostKinds(file: string, fault: DocumentFault, text: string): readonly Gap[] {
  const region = text.slice(fault.range.start, fault.range.end);
  return POLICY_KINDS.filter(
    ({ kind, group }) =>
      new RegExp(`kind["']?[ \\t]*:[ \\t]*["']?${kind}(?:List)?\\b`).test(region) && region.includes(group),
  ).map(({ kind, group }) => ({
    state: 'error',
    what: kind,
    group,
    source: { file, line: fault.line },
    lost: namespaceIn(region),
  }));
}

/** The one namespace that a broken document of one object names as its own. */
function namespaceIn(region: string): { readonly namespace?: string } {
  const found = [...region.matchAll(/[^\w./-]namespace["']?[ \t]*:[ \t]*["']?([a-z0-9][a-z0-9-]*)/g)];
  const isOne = [...region.matchAll(/\bkind["']?[ \t]*:/g)].length === 1;
  const namespace = found.length === 1 && isOne ? found[0]?.[1] : undefined;
  return namespace === undefined ? {} : { namespace };
}

/** `kubectl get all` leaves out policies, ingresses and RBAC: pods, services and controllers in one List, nothing else. */
function incompleteExport(file: string, objects: readonly UnplacedObject[]): readonly Diagnostic[] {
  const kinds = new Set(objects.map(object => object.kind));
  const isAll =
    kinds.has('Pod') &&
    kinds.has('Service') &&
    kinds.has('ReplicaSet') &&
    [...kinds].every(kind => GET_ALL.has(kind)) &&
    objects.every(object => groupOf(object.apiVersion) !== 'networking.k8s.io');
  return isAll && kinds.size >= 4
    ? [
        {
          code: 'intake.kubernetes.get-all',
          severity: 'info',
          message:
            'Looks like kubectl get all, which leaves out policies, ingresses, RBAC and custom resources',
          file,
        },
      ]
    : [];
}

const GET_ALL = new Set([
  'Pod',
  'Service',
  'ReplicaSet',
  'Deployment',
  'DaemonSet',
  'StatefulSet',
  'Job',
  'CronJob',
  'ReplicationController',
  'HorizontalPodAutoscaler',
]);

function unparsed(file: string): Diagnostic {
  return {
    code: 'intake.redaction.unparsed',
    severity: 'error',
    message: 'A document could not be read again after masking; it is stored masked and left out',
    file,
  };
}

/** Parsed, and still no object: commas, comments or quotes in the wrong places make other keys of it. */
function almostObject(text: string, file: string): readonly Diagnostic[] {
  if (!FLOW_OBJECT.test(text)) return [];
  return [
    {
      code: 'intake.document.unknown',
      severity: 'warning',
      message: 'Looks like an object of Kubernetes, but cannot be read as one; kept as a text',
      file,
      line: 1,
    },
  ];
}

/** An object in braces, whatever stands between the brace and its first key. */
const FLOW_OBJECT = /^[\s\ufeff]*[{[][^]{0,2000}?["']?apiVersion["']?\s*:/;

/** Whether one of the first lines that are no comments is `apiVersion:` or `kind:`. */
function beginsLikeAnObject(text: string): boolean {
  const lines = text.slice(0, 20_000).split('\n');
  return lines
    .filter(line => !/^\s*(#.*)?$/.test(line) && !line.startsWith('---'))
    .slice(0, 8)
    .some(line => /^\s*-?\s*(apiVersion|kind)\s*:/.test(line));
}
