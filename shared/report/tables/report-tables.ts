// The evidence reports of the command line as files: which tables belong to a kind, and what is written beside them.
import { assertNever } from '../../base/assert.ts';
import type { ReportInput } from '../report-input.ts';
import { inventoryTables } from './inventory.ts';
import { networkAccessTables } from './network-access.ts';
import { printTable, type PrintedTable } from './table.ts';

/** Kinds of evidence reports that have tables. */
export type TableReportKind = 'inventory' | 'network-access';

/** What the tables need. */
export type TableInput = Pick<ReportInput, 'clusters' | 'scope' | 'version' | 'now'>;

/** The tables of one report in effective mode, in a fixed order. */
export function reportTables(
  kind: TableReportKind,
  mode: 'effective',
  input: TableInput,
): readonly PrintedTable[] {
  const about = {
    report: kind,
    mode,
    made: input.now,
    madeBy: `Vouch ${input.version}`,
    profiles: input.clusters.map(({ simulator }) => ({
      cluster: simulator.snapshot.cluster,
      profile: simulator.profile.name,
    })),
  };
  const tables = (): ReturnType<typeof inventoryTables> => {
    switch (kind) {
      case 'inventory':
        return inventoryTables(input);
      case 'network-access':
        return networkAccessTables(input);
      default:
        return assertNever(kind);
    }
  };
  return tables().map(table => printTable(table, about));
}
