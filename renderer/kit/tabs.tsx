// Tabs by the ARIA pattern: arrows move, the panel follows, one tab stop.
import { useId, type KeyboardEvent, type ReactElement, type ReactNode } from 'react';
import { Count } from './mark.tsx';

/** One tab. */
export interface Tab<T extends string> {
  readonly id: T;
  readonly title: string;
  readonly count?: number;
}

/** A row of tabs with one panel below. */
export function Tabs<T extends string>({
  label,
  tabs,
  selected,
  onSelect,
  children,
}: {
  readonly label: string;
  readonly tabs: readonly Tab<T>[];
  readonly selected: T;
  readonly onSelect: (id: T) => void;
  readonly children: ReactNode;
}): ReactElement {
  const id = useId();
  const step = (event: KeyboardEvent, by: number): void => {
    const at = tabs.findIndex(tab => tab.id === selected);
    const next = tabs[(at + by + tabs.length) % tabs.length];
    if (next === undefined) return;
    event.preventDefault();
    onSelect(next.id);
    document.getElementById(`${id}-${next.id}`)?.focus();
  };
  return (
    <>
      <div
        className="v-tabs"
        role="tablist"
        aria-label={label}
        onKeyDown={event => {
          if (event.key === 'ArrowRight') step(event, 1);
          if (event.key === 'ArrowLeft') step(event, -1);
        }}
      >
        {tabs.map(tab => (
          <button
            key={tab.id}
            id={`${id}-${tab.id}`}
            type="button"
            role="tab"
            className="v-tab"
            aria-selected={tab.id === selected}
            aria-controls={`${id}-panel`}
            tabIndex={tab.id === selected ? 0 : -1}
            onClick={() => onSelect(tab.id)}
          >
            {tab.title}
            {tab.count === undefined ? undefined : <Count>{tab.count}</Count>}
          </button>
        ))}
      </div>
      <div id={`${id}-panel`} role="tabpanel" aria-labelledby={`${id}-${selected}`} className="v-tabpanel">
        {children}
      </div>
    </>
  );
}
