// The frame around the rooms: rail, bars, the room of the route, and what may lie over it.
import { useEffect, useMemo, useState, type ReactElement } from 'react';
import { useCommandHandlers, type Handlers } from '../data/commands.ts';
import { navigate, ROOMS, useRoute } from '../data/route.ts';
import { continueWork } from '../data/case-work.ts';
import { useAppState, useWorkbench } from '../data/use-workbench.ts';
import { Notices } from '../kit/notice.tsx';
import { StatusBar, TopBar } from './bars.tsx';
import { COMMANDS } from './command-list.ts';
import { HelpSheet } from './help-sheet.tsx';
import { useKeyboard } from './keyboard.ts';
import { Palette } from './palette.tsx';
import { Rail } from './rail.tsx';
import { Room } from './room.tsx';
import { SourceDialog } from './source-dialog.tsx';
import { TagDialog } from './tag-dialog.tsx';
import { toggleTheme } from './theme.ts';

type Overlay = 'palette' | 'help' | 'tag';

/** The whole window. */
export function App(): ReactElement {
  const workbench = useWorkbench();
  const route = useRoute();
  const ready = useAppState(state => state.ready);
  const notices = useAppState(state => state.notices);
  const selection = useAppState(state => state.selection);
  const source = useAppState(state => state.source);
  const [overlay, setOverlay] = useState<Overlay>();
  useEffect(() => {
    void continueWork(workbench);
  }, [workbench]);
  useEffect(() => {
    workbench.select(undefined);
  }, [workbench, route.room]);
  const handlers = useMemo<Handlers>(
    () => ({
      ...Object.fromEntries(ROOMS.map(room => [`go.${room}`, () => navigate(room)])),
      palette: () => setOverlay('palette'),
      help: () => setOverlay('help'),
      theme: toggleTheme,
      filter: () => document.querySelector<HTMLInputElement>('[data-filter]')?.focus(),
      tag: () => {
        if (workbench.state.get().selection === undefined)
          workbench.notify('info', 'Select a row, a rule, a check or a file first; then t tags it.');
        else setOverlay('tag');
      },
      source: () => {
        const draft = workbench.state.get().selection?.draft;
        if (draft !== undefined && 'source' in draft) workbench.showSource(draft.source);
      },
    }),
    [workbench],
  );
  useCommandHandlers(handlers);
  useKeyboard(COMMANDS, route.room);
  return (
    <div className="v-frame" data-room={route.room}>
      <Rail room={route.room} />
      <TopBar />
      <main className="v-main">{ready ? <Room route={route} /> : undefined}</main>
      <StatusBar />
      {overlay === 'palette' ? (
        <Palette commands={COMMANDS} onClose={() => setOverlay(undefined)} />
      ) : undefined}
      {overlay === 'help' ? (
        <HelpSheet commands={COMMANDS} onClose={() => setOverlay(undefined)} />
      ) : undefined}
      {overlay === 'tag' && selection !== undefined ? (
        <TagDialog selection={selection} onClose={() => setOverlay(undefined)} />
      ) : undefined}
      {source === undefined ? undefined : (
        <SourceDialog source={source} onClose={() => workbench.showSource(undefined)} />
      )}
      <Notices notices={notices} onClose={workbench.dismiss} />
    </div>
  );
}
