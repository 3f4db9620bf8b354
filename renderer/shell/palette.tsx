// The palette: every command, every room, every workload and requirement, by typing.
import { useMemo, useState, type ReactElement } from 'react';
import { handlerOf, useHandlers, type Command } from '../data/commands.ts';
import { navigate } from '../data/route.ts';
import { findPlaces } from '../data/selectors.ts';
import { useAppState } from '../data/use-workbench.ts';
import { Keys } from '../kit/button.tsx';
import { ComboList, type ComboOption } from '../kit/combo.tsx';
import { Dialog } from '../kit/dialog.tsx';

/** Search and run. */
export function Palette({
  commands,
  onClose,
}: {
  readonly commands: readonly Command[];
  readonly onClose: () => void;
}): ReactElement {
  const [query, setQuery] = useState('');
  useHandlers();
  const view = useAppState(state => state.view);
  const engagement = useAppState(state => state.engagement);
  const places = useMemo(() => findPlaces(query, view, engagement), [query, view, engagement]);
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter(word => word !== '');
  const found = commands.filter(
    command =>
      command.id !== 'palette' &&
      handlerOf(command.id) !== undefined &&
      words.every(word => `${command.title} ${command.group}`.toLowerCase().includes(word)),
  );
  const options: readonly ComboOption[] = [
    ...found.map(command => ({
      id: command.id,
      group: command.group,
      content: (
        <>
          <span className="v-grow">{command.title}</span>
          {command.keys === undefined ? undefined : <Keys keys={command.keys} />}
        </>
      ),
    })),
    ...places.map(place => ({
      id: place.id,
      group: place.group,
      content: (
        <>
          <span className="v-place">{place.title}</span>
          <span className="v-dim v-grow v-clip">{place.detail}</span>
        </>
      ),
    })),
  ];
  return (
    <Dialog title="Search and run" onClose={onClose} top flush bare>
      <ComboList
        label="Search and run"
        placeholder="A command, a room, a workload, a requirement"
        query={query}
        onQuery={setQuery}
        options={options}
        empty={`Nothing is called “${query}”.`}
        onChoose={id => {
          onClose();
          const place = places.find(item => item.id === id);
          if (place === undefined) handlerOf(id)?.();
          else navigate(place.room, place.selection);
        }}
      />
    </Dialog>
  );
}
