// Where flow records go while files are read: one set of columns for every cluster that records name, for every name
// files were given with. Which cluster that is, is known only when all files were read; then columns are joined.
import type { ClusterId } from '../base/brand.ts';
import { compareText } from '../base/order.ts';
import type { FlowTable } from '../model/flow-table.ts';
import { settleOpeners } from './flow-direction.ts';
import { makeFlowBuilder, type FlowBuilder, type FlowRecord } from './flow-builder.ts';

/** Takes the flow records of one file. */
export interface FlowSink {
  add(record: FlowRecord, file: string, line: number): void;
  lost(records: number): void;
}

/** Columns of all files. */
export interface FlowSinks {
  /** A sink for a file given with a name (or ''); `named` receives the clusters its records name. */
  of(given: string, named: Set<string>): FlowSink;
  /** What forgets every record of files read from here on. */
  mark(): () => void;
  /** The tables, columns of one cluster joined. */
  finish(clusterOf: (given: string, named: string) => ClusterId): readonly FlowTable[];
}

/** Empty columns. */
export function makeFlowSinks(): FlowSinks {
  const builders = new Map<string, { given: string; named: string; builder: FlowBuilder }>();
  const builderOf = (given: string, named: string): FlowBuilder => {
    const key = `${given}\n${named}`;
    const known = builders.get(key);
    if (known !== undefined) return known.builder;
    const made = { given, named, builder: makeFlowBuilder() };
    builders.set(key, made);
    return made.builder;
  };
  return {
    of: (given, named) => {
      let last = { named: '', builder: undefined as FlowBuilder | undefined };
      return {
        add(record, file, line) {
          if (last.builder === undefined || last.named !== record.cluster) {
            named.add(record.cluster);
            last = { named: record.cluster, builder: builderOf(given, record.cluster) };
          }
          last.builder?.add(record, file, line);
        },
        lost(records) {
          if (records > 0) builderOf(given, last.named).lost(records);
        },
      };
    },
    mark: () => {
      const known = new Map([...builders].map(([key, { builder }]) => [key, builder.mark()]));
      return () => {
        for (const key of [...builders.keys()]) {
          const forget = known.get(key);
          if (forget === undefined) builders.delete(key);
          else forget();
        }
      };
    },
    finish: clusterOf => {
      const byCluster = new Map<ClusterId, FlowBuilder[]>();
      const sorted = [...builders].sort((a, b) => compareText(a[0], b[0])).map(([, entry]) => entry);
      for (const { given, named, builder } of sorted) {
        const cluster = clusterOf(given, named);
        byCluster.set(cluster, [...(byCluster.get(cluster) ?? []), builder]);
      }
      return [...byCluster]
        .sort((a, b) => compareText(a[0], b[0]))
        .map(([cluster, parts]) => {
          const table = join(parts).finish(cluster);
          settleOpeners(table);
          return table;
        });
    },
  };
}

/** Joined columns: by themselves where there is only one. */
function join(builders: readonly FlowBuilder[]): FlowBuilder {
  const [only, ...others] = builders;
  if (only !== undefined && others.length === 0) return only;
  const joined = makeFlowBuilder();
  for (const builder of builders) joined.append(builder.finish('' as ClusterId));
  return joined;
}
