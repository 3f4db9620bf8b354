// L7 logs of Calico Enterprise / Cloud: requests inside connections, counted per interval, and what the collector saw of
// their encryption. Query strings are no part of the path that is kept.
import type { JsonObject } from '../../base/json.ts';
import type { UnplacedRequest } from '../observed.ts';
import type { RecordFormat } from './format.ts';
import { name, number, timeOf } from './values.ts';

/** L7 records of Calico. */
export const CALICO_L7: RecordFormat = {
  name: 'calico-l7',
  recognise: record =>
    isRequest(record) ? 'records with src_name_aggr, dest_name_aggr, url or response_code' : undefined,
  read: (record, { file, line }, into) => {
    if (!isRequest(record)) return 0;
    const [from, to] = [timeOf(record['start_time']), timeOf(record['end_time'])];
    into.spanned(from, to);
    into.node(name(record['host']));
    into.request({ ...requestOf(record), from, to: to > from ? to : from, source: { file, line } });
    return 1;
  },
};

function isRequest(record: JsonObject): boolean {
  return (
    'src_name_aggr' in record &&
    'dest_name_aggr' in record &&
    ['response_code', 'url', 'duration_mean', 'tls_version', 'collector_type'].some(key => key in record)
  );
}

function requestOf(record: JsonObject): Omit<UnplacedRequest, 'from' | 'to' | 'source'> {
  const service = endOf(name(record['dest_service_namespace']), name(record['dest_service_name']));
  const port = number(record['dest_port_num']);
  const code = number(record['response_code']);
  const given = {
    service,
    method: name(record['method']),
    path: pathOf(name(record['url'])),
  };
  const tls = tlsOf(record);
  return {
    src: endOf(name(record['src_namespace']), name(record['src_name_aggr'])),
    dst: endOf(name(record['dest_namespace']), name(record['dest_name_aggr'])),
    protocol: name(record['protocol']) || name(record['type']),
    count: number(record['count'], 1),
    bytes: number(record['bytes_in']) + number(record['bytes_out']),
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== '')),
    ...(port > 0 ? { port } : {}),
    ...(code > 0 ? { code } : {}),
    ...(tls === undefined ? {} : { tls }),
  };
}

function tlsOf(record: JsonObject): UnplacedRequest['tls'] {
  const [version, cipher, serverName] = ['tls_version', 'tls_cipher_suite', 'tls_sni'].map(key =>
    name(record[key]),
  );
  if (!version && !cipher && !serverName) return undefined;
  return {
    ...(version ? { version } : {}),
    ...(cipher ? { cipher } : {}),
    ...(serverName ? { serverName } : {}),
  };
}

function endOf(namespace: string, given: string): string {
  return namespace === '' || given === '' ? given : `${namespace}/${given}`;
}

/** The path of a URL, with or without a scheme and a host before it; no query, no fragment. */
export function pathOf(url: string): string {
  if (url === '') return '';
  const bare = (url.split(/[?#]/)[0] ?? '').replace(/^[a-z][a-z0-9+.-]*:\/\//i, '//');
  const path = bare.startsWith('//')
    ? bare.slice(2).replace(/^[^/]*/, '')
    : bare.startsWith('/')
      ? bare
      : bare.replace(/^[^/]*/, '');
  return path === '' ? '/' : path;
}
