// The whole scope at a glance: namespaces by category, each workload a name. The tables say why.
import type { ReactElement } from 'react';
import { compareText } from '../../../shared/base/order.ts';
import type { ScopeCategory } from '../../../shared/records/scope-category.ts';
import { navigate } from '../../data/route.ts';
import { workloadKey, type ScopedWorkload } from '../../data/selectors.ts';
import { useAppState } from '../../data/use-workbench.ts';
import { CategoryMark } from '../marks.tsx';

const COLUMNS: readonly ScopeCategory[] = [
  'cde',
  'security-impacting',
  'connected',
  'undetermined',
  'out-of-scope',
];

/** Columns of categories; within each, workloads by namespace. */
export function ScopeMapView({ rows }: { readonly rows: readonly ScopedWorkload[] }): ReactElement {
  const view = useAppState(state => state.view);
  return (
    <div className="v-map" tabIndex={0} role="region" aria-label="Map of the scope">
      {COLUMNS.map(category => {
        const mine = rows.filter(row => (row.decision?.category ?? 'undetermined') === category);
        const namespaces = [...new Set(mine.map(row => row.workload.namespace))].sort(compareText);
        return (
          <section
            key={category}
            className={`v-map__column v-map__column--${category}`}
            aria-label={category}
          >
            <div className="v-row">
              <CategoryMark category={category} />
              <span className="v-dim">{mine.length}</span>
            </div>
            {namespaces.map(namespace => (
              <div key={namespace} className="v-map__namespace">
                <div className="v-map__name">{namespace}</div>
                {mine
                  .filter(row => row.workload.namespace === namespace)
                  .map(row => (
                    <button
                      key={workloadKey(view, row.workload)}
                      type="button"
                      className="v-map__workload"
                      title={row.decision?.basis[0]?.text}
                      onClick={() => navigate('scope', workloadKey(view, row.workload))}
                    >
                      {row.workload.name}
                    </button>
                  ))}
              </div>
            ))}
          </section>
        );
      })}
    </div>
  );
}
