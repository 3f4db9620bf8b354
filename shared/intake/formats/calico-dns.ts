// DNS logs of Calico Enterprise / Cloud: who asked for which name and was told which addresses. Clients are named by the
// prefix of their pods where the log aggregates; a record UNLOGGED only counts what was left out.
import type { JsonObject, JsonValue } from '../../base/json.ts';
import { isObject } from '../../base/json.ts';
import { sortedUnique } from '../../base/order.ts';
import { itemsOf } from '../document.ts';
import type { RecordFormat } from './format.ts';
import { name, number, text, texts, timeOf } from './values.ts';

/** DNS records of Calico. */
export const CALICO_DNS: RecordFormat = {
  name: 'calico-dns',
  recognise: record =>
    isLogged(record)
      ? 'records with qname, rcode and a client'
      : isUnlogged(record)
        ? 'records of type UNLOGGED with a count'
        : undefined,
  read: (record, { file, line }, into) => {
    if (!isLogged(record) && !isUnlogged(record)) return 0;
    const [from, to] = [timeOf(record['start_time']), timeOf(record['end_time'])];
    into.spanned(from, to);
    into.node(name(record['host']));
    const count = number(record['count'], 1);
    if (!isLogged(record)) {
      into.unlogged(count);
      return 1;
    }
    const addresses = addressesOf(record['rrsets']);
    const asked = plainName(text(record['qname']));
    if (addresses.length > 0 && asked !== '')
      into.dnsAnswer({
        name: asked,
        addresses,
        client: clientOf(record),
        count,
        from,
        to: to > from ? to : from,
        source: { file, line },
      });
    return 1;
  },
};

function isLogged(record: JsonObject): boolean {
  return 'qname' in record && 'rcode' in record && ('client_name_aggr' in record || 'client_ip' in record);
}

function isUnlogged(record: JsonObject): boolean {
  return record['type'] === 'UNLOGGED' && 'count' in record && 'start_time' in record;
}

/** Names are equal whatever their case and the dot at their end. */
export function plainName(given: string): string {
  return given.toLowerCase().replace(/\.$/, '');
}

/** Addresses of all record sets: those of names that the name is an alias of are its own. */
function addressesOf(sets: JsonValue | undefined): readonly string[] {
  return sortedUnique(
    itemsOf(sets)
      .filter(isObject)
      .filter(set =>
        ['A', 'AAAA', '1', '28'].includes(
          typeof set['type'] === 'number' ? String(set['type']) : text(set['type']),
        ),
      )
      .flatMap(set => texts(set['rdata'])),
  );
}

function clientOf(record: JsonObject): string {
  const pod = name(record['client_name']) || name(record['client_name_aggr']);
  const namespace = name(record['client_namespace']);
  if (pod === '') return name(record['client_ip']);
  return namespace === '' ? pod : `${namespace}/${pod}`;
}
