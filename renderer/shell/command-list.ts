// Every command of the window, once. What they do is brought by the part that is shown (data/commands.ts).
import type { Command } from '../data/commands.ts';
import { ROOMS, type RoomName } from '../data/route.ts';

/** Titles of the rooms. */
export const ROOM_TITLES: Readonly<Record<RoomName, string>> = {
  engagement: 'Engagement',
  intake: 'Intake',
  inventory: 'Inventory',
  scope: 'Scope',
  flows: 'Flows',
  simulate: 'Simulate',
  controls: 'Controls',
  evidence: 'Evidence',
  report: 'Report',
};

/** Letter after `g` that goes to a room. */
export const ROOM_KEYS: Readonly<Record<RoomName, string>> = {
  engagement: 'e',
  intake: 'i',
  inventory: 'w',
  scope: 's',
  flows: 'f',
  simulate: 'x',
  controls: 'c',
  evidence: 'v',
  report: 'r',
};

const goTo: readonly Command[] = ROOMS.map(room => ({
  id: `go.${room}`,
  title: ROOM_TITLES[room],
  keys: `g ${ROOM_KEYS[room]}`,
  group: 'Go to',
}));

/** All commands, in the order of the help sheet. */
export const COMMANDS: readonly Command[] = [
  ...goTo,
  { id: 'palette', title: 'Search and run', keys: 'Mod+K', group: 'View' },
  { id: 'help', title: 'Keys and commands', keys: '?', group: 'View' },
  { id: 'theme', title: 'Light or dark', keys: 'Mod+Alt+T', group: 'View' },
  { id: 'filter', title: 'Go to the filter', keys: '/', group: 'View' },
  { id: 'tag', title: 'Tag what is selected', keys: 't', group: 'Do' },
  { id: 'source', title: 'Open the source of what is selected', keys: 'o', group: 'Do' },
  { id: 'intake.files', title: 'Choose files to import', keys: 'a', room: 'intake', group: 'Do' },
  { id: 'intake.folder', title: 'Choose a folder to import', keys: 'A', room: 'intake', group: 'Do' },
  { id: 'intake.stop', title: 'Stop the import', keys: 'Escape', room: 'intake', group: 'Do' },
  {
    id: 'scope.decide',
    title: 'Decide the scope of the selected workload',
    keys: 'd',
    room: 'scope',
    group: 'Do',
  },
  { id: 'flows.explain', title: 'Explain the selected flow', keys: 'e', room: 'flows', group: 'Do' },
  {
    id: 'simulate.try',
    title: 'Try the policies that are written',
    keys: 'Mod+Enter',
    room: 'simulate',
    group: 'Do',
  },
  { id: 'simulate.keep', title: 'Save the tried policies as staged', room: 'simulate', group: 'Do' },
  { id: 'controls.next', title: 'Next open requirement', keys: 'n', room: 'controls', group: 'Do' },
  { id: 'report.make', title: 'Make the report', keys: 'm', room: 'report', group: 'Do' },
  { id: 'engagement.new', title: 'New engagement', group: 'Engagement' },
  { id: 'engagement.open', title: 'Open a .vouch file', keys: 'Mod+O', group: 'Engagement' },
  { id: 'engagement.save', title: 'Save the .vouch file', keys: 'Mod+S', group: 'Engagement' },
  { id: 'engagement.close', title: 'Close the engagement', group: 'Engagement' },
];
