// A question of the simulate room and its address.
import type { SourceSpan } from '../../../shared/base/source.ts';
import type { SimulateQuestion } from '../../data/case-view.ts';

const PROTOCOLS = ['TCP', 'UDP', 'SCTP', 'ICMP'] as const;

/** The question that an address asks; undefined while something is missing or no number. */
export function questionOf(
  query: Readonly<Record<string, string>>,
  cluster: string | undefined,
): SimulateQuestion | undefined {
  const { from = '', to = '' } = query;
  const protocol = PROTOCOLS.find(name => name === (query['protocol'] ?? 'TCP').toUpperCase());
  const port = query['port'] === undefined || query['port'] === '' ? undefined : Number(query['port']);
  const asked = query['cluster'] ?? cluster;
  const record = recordOf(query['record']);
  if (from === '' || to === '' || asked === undefined || protocol === undefined) return undefined;
  if (protocol !== 'ICMP' && (port === undefined || !Number.isInteger(port) || port < 1 || port > 65_535))
    return undefined;
  return {
    cluster: asked,
    from,
    to,
    protocol,
    ...(port === undefined || protocol === 'ICMP' ? {} : { port }),
    ...(record === undefined ? {} : { record }),
  };
}

/** The address of a question. */
export function queryOf(question: SimulateQuestion): Readonly<Record<string, string>> {
  return {
    cluster: question.cluster,
    from: question.from,
    to: question.to,
    protocol: question.protocol,
    ...(question.port === undefined ? {} : { port: String(question.port) }),
    ...(question.record === undefined ? {} : { record: `${question.record.file}:${question.record.line}` }),
  };
}

function recordOf(text: string | undefined): SourceSpan | undefined {
  const [, file, line] = /^(.+):(\d+)$/.exec(text ?? '') ?? [];
  return file === undefined ? undefined : { file, line: Number(line) };
}
