// Every format that intake knows, in the order they are asked. The first that knows a record or document has it.
import type { JsonObject, JsonValue } from '../../base/json.ts';
import { AWS_VPC_FLOW } from './aws-vpc-flow.ts';
import { K8S_AUDIT_TABLES } from './audit-tables.ts';
import { K8S_AUDIT, K8S_AUDIT_LISTS } from './audit.ts';
import { CALICO_FLOW_CSV } from './calico-csv.ts';
import { CALICO_DNS } from './calico-dns.ts';
import { CALICO_FLOW_OSS } from './calico-flow-oss.ts';
import { CALICO_FLOW } from './calico-flow.ts';
import { CALICO_L7 } from './calico-l7.ts';
import { CALICO_REPORTS } from './calico-report-json.ts';
import { CALICO_REPORT_TABLES } from './calico-report.ts';
import { COLLECTION_MANIFEST } from './collection-manifest.ts';
import { ENGAGEMENT } from './engagement.ts';
import type { DocumentFormat, LineFormat, LineReader, Recognition, RecordFormat } from './format.ts';
import { HUBBLE } from './hubble.ts';
import { KUBE_BENCH } from './kube-bench.ts';
import { KUBERNETES } from './kubernetes.ts';
import { unwrapRecord } from './unwrap.ts';

/** Formats of JSON objects. */
export const RECORD_FORMATS: readonly RecordFormat[] = [
  CALICO_FLOW,
  HUBBLE,
  CALICO_FLOW_OSS,
  CALICO_DNS,
  CALICO_L7,
  CALICO_REPORTS,
  K8S_AUDIT,
];

/** Formats of lines of text. */
const LINE_FORMATS: readonly LineFormat[] = [
  AWS_VPC_FLOW,
  CALICO_FLOW_CSV,
  CALICO_REPORT_TABLES,
  K8S_AUDIT_TABLES,
];

/** Formats of whole documents: what is asked before records are looked for, and after. */
const FIRST_DOCUMENTS: readonly DocumentFormat[] = [ENGAGEMENT, COLLECTION_MANIFEST, K8S_AUDIT_LISTS];
const LAST_DOCUMENTS: readonly DocumentFormat[] = [KUBERNETES, KUBE_BENCH];

/** A record format that knows an object, or what it wraps. */
export interface KnownRecord {
  readonly kind: 'records';
  readonly format: RecordFormat;
  readonly reason: string;
}

/** A document format that knows a document. */
interface KnownDocument {
  readonly kind: 'document';
  readonly format: DocumentFormat;
  readonly reason: string;
}

/** Lines of text that a format knows, with the reader that saw the first of them. */
export interface KnownLines extends Recognition {
  readonly kind: 'lines';
  readonly reader: LineReader;
}

/** The format of one JSON object of a log, or of the lines of text it wraps. */
export function recordFormatOf(record: JsonObject): KnownRecord | KnownLines | undefined {
  const { records, lines } = unwrapRecord(record);
  for (const inner of records)
    for (const format of RECORD_FORMATS) {
      const reason = format.recognise(inner);
      if (reason !== undefined) return { kind: 'records', format, reason };
    }
  const known = lines.length === 0 ? undefined : lineFormatOf(lines);
  return known === undefined ? undefined : { ...known, reason: `${known.reason}, each wrapped in JSON` };
}

/** The format of a document; undefined when it is nothing we know. */
export function documentFormatOf(value: JsonValue): KnownRecord | KnownLines | KnownDocument | undefined {
  return among(FIRST_DOCUMENTS, value) ?? recordsIn(value) ?? among(LAST_DOCUMENTS, value);
}

/** The format of the first lines of a text. */
export function lineFormatOf(lines: readonly string[]): KnownLines | undefined {
  for (const format of LINE_FORMATS) {
    const begun = format.begin(lines);
    if (begun !== undefined) return { kind: 'lines', format: format.name, ...begun };
  }
  return undefined;
}

function among(formats: readonly DocumentFormat[], value: JsonValue): KnownDocument | undefined {
  for (const format of formats) {
    const reason = format.recognise(value);
    if (reason !== undefined) return { kind: 'document', format, reason };
  }
  return undefined;
}

function recordsIn(value: JsonValue): KnownRecord | KnownLines | undefined {
  if (!Array.isArray(value)) return isRecord(value) ? recordFormatOf(value) : undefined;
  for (const item of (value as readonly JsonValue[]).slice(0, FIRST_ITEMS)) {
    const known = isRecord(item) ? recordFormatOf(item) : undefined;
    if (known !== undefined) return { ...known, reason: `array of ${known.reason}` };
  }
  return undefined;
}

/** Records of other kinds may stand before the first that is known, this far. */
const FIRST_ITEMS = 20;

function isRecord(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
