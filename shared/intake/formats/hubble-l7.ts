// What Hubble saw inside a connection: addresses that DNS answered with, HTTP questions and answers. A question and its
// answer are two events; only the answer has a code.
import { isObject, type JsonObject } from '../../base/json.ts';
import { sortedUnique } from '../../base/order.ts';
import type { FlowRecord } from '../flow-builder.ts';
import { plainName } from './calico-dns.ts';
import { pathOf } from './calico-l7.ts';
import type { RecordPlace, RecordSink } from './format.ts';
import { number, text, texts } from './values.ts';

/** Hands on what an event's layer 7 tells; the record has its ends turned already. */
export function readLayer7(l7: JsonObject, flow: FlowRecord, place: RecordPlace, into: RecordSink): void {
  if (isObject(l7['dns'])) readAnswer(l7['dns'], flow, place, into);
  if (isObject(l7['http'])) readRequest(l7['http'], flow, place, into);
}

function readAnswer(dns: JsonObject, flow: FlowRecord, source: RecordPlace, into: RecordSink): void {
  const addresses = sortedUnique(texts(dns['ips']));
  const asked = plainName(text(dns['query']));
  if (addresses.length === 0 || asked === '') return;
  const client = endOf(flow.srcNamespace, flow.srcName, flow.srcIp);
  into.dnsAnswer({ name: asked, addresses, client, count: 1, from: flow.start, to: flow.start, source });
}

function readRequest(http: JsonObject, flow: FlowRecord, source: RecordPlace, into: RecordSink): void {
  const [method, path] = [text(http['method']), pathOf(text(http['url']))];
  const code = number(http['code']);
  into.request({
    src: endOf(flow.srcNamespace, flow.srcName, flow.srcIp),
    dst: endOf(flow.dstNamespace, flow.dstName, flow.dstIp),
    ...(flow.dstService === '' ? {} : { service: flow.dstService }),
    ...(flow.dstPort > 0 ? { port: flow.dstPort } : {}),
    protocol: text(http['protocol']) || 'http',
    ...(method === '' ? {} : { method }),
    ...(path === '' ? {} : { path }),
    ...(code > 0 ? { code } : {}),
    count: 1,
    bytes: 0,
    from: flow.start,
    to: flow.start,
    source,
  });
}

/** A pod by its name; anything else by its address, where there is one. */
function endOf(namespace: string, name: string, ip: string): string {
  return namespace === '' ? ip || name : `${namespace}/${name}`;
}
