// Draws a Calico flow log of a given size into a file: lines as the field reference lists their keys, 200 workloads in 20
// namespaces, both reporters, some denials. The same seed gives the same bytes.
import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { makeRandom } from '../generate/random.ts';

/** How the log is drawn. */
export interface LogSize {
  readonly bytes: number;
  readonly seed: number;
}

/** Writes the log; answers its size and number of records. */
export async function drawLog(
  path: string,
  { bytes, seed }: LogSize,
): Promise<{ readonly bytes: number; readonly records: number }> {
  const random = makeRandom(seed);
  const out = createWriteStream(path);
  let written = 0;
  let records = 0;
  while (written < bytes) {
    let text = '';
    for (let line = 0; line < 1000; line++) text += `${JSON.stringify(drawRecord(random, records++))}\n`;
    written += Buffer.byteLength(text);
    if (!out.write(text)) await once(out, 'drain');
  }
  out.end();
  await once(out, 'finish');
  return { bytes: written, records };
}

function drawRecord(random: () => number, at: number): object {
  const below = (limit: number): number => Math.floor(random() * limit);
  const [from, to] = [below(200), below(200)];
  const start = 1_772_352_000 + Math.floor(at / 50);
  return {
    start_time: start,
    end_time: start + 300,
    ...end('source', from, '6d5f8c9b7'),
    source_port: null,
    ...end('dest', to, '7c9b5d6f8'),
    dest_port: [443, 8080, 5432, 6379][below(4)],
    dest_service_namespace: `ns-${to % 20}`,
    dest_service_name: `svc-${to}`,
    dest_service_port: 'http',
    proto: 'tcp',
    action: below(10) === 0 ? 'deny' : 'allow',
    reporter: below(2) === 0 ? 'src' : 'dst',
    policies: {
      all_policies: ['0|security|security.pci-restrict|pass|0', `1|app|ns-${to % 20}/app.svc-${to}|allow|1`],
    },
    bytes_in: below(1_000_000),
    bytes_out: below(1_000_000),
    num_flows: 1 + below(9),
    num_flows_completed: below(9),
    num_flows_started: 1 + below(9),
    packets_in: below(1000),
    packets_out: below(1000),
    http_requests_allowed_in: 0,
    http_requests_denied_in: 0,
    process_name: '/usr/bin/app',
    num_process_names: 1,
    process_id: '*',
    num_process_ids: 3,
    original_source_ips: null,
    num_original_source_ips: 0,
    host: `node-${below(12)}`,
    '@timestamp': start * 1000,
  };
}

function end(side: 'source' | 'dest', workload: number, hash: string): object {
  const namespace = `ns-${workload % 20}`;
  return {
    [`${side}_ip`]: null,
    [`${side}_name`]: '-',
    [`${side}_name_aggr`]: `svc-${workload}-${hash}-*`,
    [`${side}_namespace`]: namespace,
    [`${side}_type`]: 'wep',
    [`${side}_labels`]: {
      labels: [
        `app=svc-${workload}`,
        `pod-template-hash=${hash}`,
        `projectcalico.org/namespace=${namespace}`,
      ],
    },
  };
}
