// A field with a list under it: the command palette and the requirement search. Focus stays in the field;
// arrows walk the list (ARIA combobox pattern).
import { useEffect, useId, useState, type KeyboardEvent, type ReactElement, type ReactNode } from 'react';

/** One line of the list. */
export interface ComboOption {
  readonly id: string;
  readonly group?: string;
  readonly content: ReactNode;
  readonly disabled?: boolean;
}

/** Type to narrow, arrows to walk, Enter to choose. */
export function ComboList({
  label,
  placeholder,
  query,
  onQuery,
  options,
  onChoose,
  empty,
}: {
  readonly label: string;
  readonly placeholder: string;
  readonly query: string;
  readonly onQuery: (text: string) => void;
  readonly options: readonly ComboOption[];
  readonly onChoose: (id: string) => void;
  readonly empty: string;
}): ReactElement {
  const id = useId();
  const [at, setAt] = useState(0);
  const active = Math.min(at, options.length - 1);
  useEffect(() => {
    document.getElementById(`${id}-${active}`)?.scrollIntoView({ block: 'nearest' });
  }, [active, id]);
  const press = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0 && options.length > 0) {
      event.preventDefault();
      setAt((active + step + options.length) % options.length);
    }
    const option = options[active];
    if (event.key === 'Enter' && option !== undefined && option.disabled !== true) {
      event.preventDefault();
      onChoose(option.id);
    }
  };
  return (
    <div className="v-combo">
      <input
        className="v-combo__input"
        role="combobox"
        aria-label={label}
        aria-expanded="true"
        aria-controls={`${id}-list`}
        aria-activedescendant={options.length === 0 ? undefined : `${id}-${active}`}
        aria-autocomplete="list"
        placeholder={placeholder}
        value={query}
        autoFocus
        data-first=""
        spellCheck={false}
        autoComplete="off"
        onChange={event => {
          setAt(0);
          onQuery(event.target.value);
        }}
        onKeyDown={press}
      />
      <div id={`${id}-list`} className="v-combo__list" role="listbox" aria-label={label} tabIndex={-1}>
        {options.map((option, index) => (
          <div key={option.id} role="presentation">
            {option.group !== undefined && option.group !== options[index - 1]?.group ? (
              <div className="v-combo__group" role="presentation">
                {option.group}
              </div>
            ) : undefined}
            <div
              id={`${id}-${index}`}
              role="option"
              className="v-combo__option"
              aria-selected={index === active}
              aria-disabled={option.disabled === true}
              onPointerMove={() => setAt(index)}
              onClick={() => {
                if (option.disabled !== true) onChoose(option.id);
              }}
            >
              {option.content}
            </div>
          </div>
        ))}
        {options.length === 0 ? (
          <div role="option" aria-selected="false" aria-disabled="true" className="v-combo__option">
            {empty}
          </div>
        ) : undefined}
      </div>
    </div>
  );
}
