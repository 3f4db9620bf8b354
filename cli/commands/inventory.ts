// `vouch inventory`: workloads, pods, services, namespaces, accounts, nodes, scope and protection per direction.
import { inventoryJson } from '../../shared/report/tables/inventory.ts';
import { isObject, type JsonValue } from '../../shared/base/json.ts';
import { withCase } from '../with-case.ts';
import { printTable, writeJson, writeNdjson, writeOut } from '../output.ts';
import { EXIT, misuse, type Command } from './command.ts';

/** The command. */
export const inventory: Command = {
  name: 'inventory',
  usage: '-c PATH... [-f PATH...] [--scope SELECTOR] [--engagement FILE] [--format table|json|ndjson]',
  does: 'workloads, scope and protection per direction',
  run: args =>
    withCase(args, async found => {
      const document = inventoryJson(found.facts);
      const workloads = Array.isArray(document['workloads'])
        ? (document['workloads'] as readonly JsonValue[]).filter(isObject)
        : [];
      switch (args.values['format'] ?? 'table') {
        case 'json':
          await writeJson(document);
          return EXIT.done;
        case 'ndjson':
          await writeNdjson(workloads);
          return EXIT.done;
        case 'table':
          await writeOut(
            printTable(
              ['category', 'ingress', 'egress', 'pods', 'workload', 'basis'],
              workloads.map(item => [
                textOf(item['category']),
                textOf(item['ingressIsolated']),
                textOf(item['egressIsolated']),
                Array.isArray(item['pods']) ? String(item['pods'].length) : '',
                textOf(item['id']),
                textOf(item['basis']),
              ]),
            ),
          );
          return EXIT.done;
        default:
          return misuse(`inventory has no format ${args.values['format'] ?? ''}`);
      }
    }),
};

function textOf(value: JsonValue | undefined): string {
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map(textOf).join('; ');
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return typeof value === 'string' ? value : isObject(value) ? textOf(value['text']) : '';
}
