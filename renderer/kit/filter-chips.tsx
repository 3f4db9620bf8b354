// Quick filters: words with counts that are on or off. One tab stop; arrows move along them, space and Enter turn them.
import { useRef, useState, type KeyboardEvent, type ReactElement } from 'react';
import { printCount } from './notice.tsx';

/** One quick filter. */
export interface FilterChip {
  readonly id: string;
  readonly text: string;
  readonly count: number;
  /** Starts a group of its own. */
  readonly isApart?: boolean;
}

/** A row of quick filters. */
export function FilterChips({
  label,
  chips,
  chosen,
  onChange,
}: {
  readonly label: string;
  readonly chips: readonly FilterChip[];
  readonly chosen: ReadonlySet<string>;
  readonly onChange: (chosen: ReadonlySet<string>) => void;
}): ReactElement {
  const bar = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState(0);
  const stop = Math.min(at, chips.length - 1);
  const press = (event: KeyboardEvent): void => {
    const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (by === 0 || chips.length === 0) return;
    event.preventDefault();
    const next = (stop + by + chips.length) % chips.length;
    setAt(next);
    bar.current?.querySelectorAll('button')[next]?.focus();
  };
  const turn = (id: string): void => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    onChange(next);
  };
  return (
    <div ref={bar} className="v-filters" role="toolbar" aria-label={label} onKeyDown={press}>
      {chips.map((chip, index) => (
        <button
          key={chip.id}
          type="button"
          className={chip.isApart === true ? 'v-filter v-filter--apart' : 'v-filter'}
          aria-pressed={chosen.has(chip.id)}
          tabIndex={index === stop ? 0 : -1}
          onClick={() => {
            setAt(index);
            turn(chip.id);
          }}
        >
          {chip.text}
          <span className="v-filter__count">{printCount(chip.count)}</span>
        </button>
      ))}
    </div>
  );
}
