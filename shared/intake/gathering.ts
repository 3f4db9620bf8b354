// Gathers what the records of one file hold, and what they say about the file as a source: its period, silences, the
// nodes that reported, what was lost, sampled or aggregated. Formats write into it; nothing here knows a format.
import type { JsonObject } from '../base/json.ts';
import { makeAuditMeter } from './audit-meter.ts';
import type { FlowSink } from './flow-sink.ts';
import type { UnplacedEvent } from './formats/audit-event.ts';
import type { UnplacedReportRow } from './formats/calico-report.ts';
import type { CollectionManifest } from './formats/collection-manifest.ts';
import type { RecordSink } from './formats/format.ts';
import type { UnplacedResult } from './formats/kube-bench.ts';
import type { Diagnostic } from './intake.ts';
import type { Gap, Leaf } from './leaf.ts';
import type { UnplacedObject } from './read-object.ts';
import { makeAnswers, makeRequests } from './observed.ts';
import { plausibleFlow } from './plausible-flow.ts';
import { makeSourceMeter } from './source-meter.ts';

/** What was gathered, as members of a leaf. */
export type Gathered = Pick<
  Leaf,
  | 'objects'
  | 'audit'
  | 'benchmarks'
  | 'reports'
  | 'dns'
  | 'requests'
  | 'engagements'
  | 'collections'
  | 'gaps'
  | 'period'
  | 'coverage'
> & { readonly diagnostics: readonly Diagnostic[] };

/** A sink for one file. */
export interface Gathering extends RecordSink {
  finish(): Gathered;
}

/** An empty gathering. */
export function makeGathering(file: string, flows: FlowSink): Gathering {
  const objects: UnplacedObject[] = [];
  const audit: UnplacedEvent[] = [];
  const benchmarks: UnplacedResult[] = [];
  const dns = makeAnswers();
  const requests = makeRequests();
  const reports: UnplacedReportRow[] = [];
  const engagements: JsonObject[] = [];
  const collections: CollectionManifest[] = [];
  const gaps: Gap[] = [];
  const diagnostics: Diagnostic[] = [];
  const implausible: number[] = [];
  const meter = makeSourceMeter();
  const auditMeter = makeAuditMeter(file);
  return {
    flow(given, line) {
      const record = plausibleFlow(given);
      if (record !== given) implausible.push(line);
      flows.add(record, file, line);
      meter.flow(record);
    },
    audit(event) {
      audit.push(event);
      meter.event(event);
      auditMeter.event(event);
      if (event.apiserver !== undefined) meter.node(event.apiserver);
    },
    benchmark: result => void benchmarks.push(result),
    dnsAnswer: answer => dns.add(answer),
    request: request => requests.add(request),
    report: row => void reports.push(row),
    object: object => void objects.push(object),
    engagement: body => void engagements.push(body),
    collection: manifest => void collections.push(manifest),
    gap: gap => void gaps.push(gap),
    diagnostic: diagnostic => void diagnostics.push(diagnostic),
    lost(records) {
      flows.lost(records);
      meter.lost(records);
    },
    unlogged: records => meter.lost(records),
    node: name => meter.node(name),
    spanned: (from, to) => meter.spanned(from, to),
    leavesOut: what => auditMeter.leavesOut(what),
    sampled: each => meter.sampled(each),
    finish: () => {
      const { diagnostics: said, ...measured } = auditMeter.finish();
      const { coverage, ...period } = meter.finish();
      return {
        objects,
        audit,
        benchmarks,
        reports,
        dns: dns.finish(),
        requests: requests.finish(),
        engagements,
        collections,
        gaps,
        diagnostics: [...diagnostics, ...implausibleFlows(file, implausible), ...said],
        ...period,
        ...(coverage === undefined ? {} : { coverage: { ...coverage, ...measured } }),
      };
    },
  };
}

/** Records of which something was left out because it cannot be. */
function implausibleFlows(file: string, lines: readonly number[]): readonly Diagnostic[] {
  const [line] = lines;
  if (line === undefined) return [];
  return [
    {
      code: 'intake.records.implausible',
      severity: 'warning',
      message: `${lines.length} records hold times, ports or counters that cannot be; those values were left out`,
      file,
      line,
    },
  ];
}
