// The help sheet: every command with its key, from the same list that the keys themselves come from.
import type { ReactElement } from 'react';
import type { Command } from '../data/commands.ts';
import { Keys } from '../kit/button.tsx';
import { Dialog } from '../kit/dialog.tsx';
import { ROOM_TITLES } from './command-list.ts';

const GROUPS = ['Go to', 'Do', 'View', 'Engagement'] as const;
const TABLE_KEYS: readonly (readonly [string, string])[] = [
  ['↑ ↓', 'Row above or below'],
  ['Shift+↑ ↓', 'Select several rows'],
  ['Enter', 'Open the row'],
  ['Mod+C', 'Copy the selected rows as TSV'],
  ['Escape', 'Clear the filter, close a dialog'],
];

/** Keys and commands. */
export function HelpSheet({
  commands,
  onClose,
}: {
  readonly commands: readonly Command[];
  readonly onClose: () => void;
}): ReactElement {
  return (
    <Dialog title="Keys and commands" onClose={onClose} wide>
      <div className="v-help">
        {GROUPS.map(group => (
          <div key={group} className="v-help__group">
            <h3 className="v-section__title">{group}</h3>
            <ul>
              {commands
                .filter(command => command.group === group)
                .map(command => (
                  <li key={command.id} className="v-help__line">
                    <span>
                      {command.title}
                      {command.room === undefined ? undefined : (
                        <span className="v-dim"> in {ROOM_TITLES[command.room]}</span>
                      )}
                    </span>
                    {command.keys === undefined ? undefined : <Keys keys={command.keys} />}
                  </li>
                ))}
            </ul>
          </div>
        ))}
        <div className="v-help__group">
          <h3 className="v-section__title">In a table</h3>
          <ul>
            {TABLE_KEYS.map(([keys, title]) => (
              <li key={keys} className="v-help__line">
                <span>{title}</span>
                <Keys keys={keys} />
              </li>
            ))}
          </ul>
          <p className="v-dim">
            Filters take several words, all of which must match; <span className="v-mono">column:word</span>{' '}
            asks one column, <span className="v-mono v-nowrap">-word</span> leaves out.
          </p>
        </div>
      </div>
    </Dialog>
  );
}
