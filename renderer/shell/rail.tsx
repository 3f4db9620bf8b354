// The rail: nine rooms in the order of the work, each with the one number that matters there.
import type { ReactElement } from 'react';
import { runCommand } from '../data/commands.ts';
import { ROOMS, type RoomName } from '../data/route.ts';
import { COUNT_MEANINGS, roomCounts } from '../data/selectors.ts';
import { useAppState } from '../data/use-workbench.ts';
import { Button } from '../kit/button.tsx';
import { ROOM_KEYS, ROOM_TITLES } from './command-list.ts';

const GROUPS: readonly { readonly title: string; readonly rooms: readonly RoomName[] }[] = [
  { title: 'Collect', rooms: ROOMS.slice(0, 2) },
  { title: 'Understand', rooms: ROOMS.slice(2, 6) },
  { title: 'Conclude', rooms: ROOMS.slice(6) },
];

/** Navigation between rooms. */
export function Rail({ room }: { readonly room: RoomName }): ReactElement {
  const counts = roomCounts(useAppState(state => state));
  return (
    <nav className="v-rail" aria-label="Rooms">
      <div className="v-rail__brand">
        <svg viewBox="0 0 32 32" aria-hidden="true">
          <path
            d="M8 9l8 15 8-15"
            fill="none"
            stroke="currentColor"
            strokeWidth="3.4"
            strokeLinecap="round"
            strokeLinejoin="round"
          />
          <path d="M11.5 9h9" fill="none" stroke="#49c2db" strokeWidth="3.4" strokeLinecap="round" />
        </svg>
        Vouch
      </div>
      <div className="v-rail__rooms">
        {GROUPS.map(group => (
          <div key={group.title} role="group" aria-label={group.title}>
            <div className="v-rail__group">{group.title}</div>
            {group.rooms.map(name => (
              <a
                key={name}
                className="v-rail__room"
                href={`#/${name}`}
                aria-current={name === room ? 'page' : undefined}
                title={`${ROOM_TITLES[name]} (g ${ROOM_KEYS[name]})`}
              >
                {ROOM_TITLES[name]}
                {counts[name] === undefined ? undefined : (
                  <span
                    className={
                      isAlarm(name, counts[name] ?? 0)
                        ? 'v-rail__count v-rail__count--alarm'
                        : 'v-rail__count'
                    }
                    title={COUNT_MEANINGS[name]}
                  >
                    {counts[name]}
                    <span className="v-visually-hidden"> {COUNT_MEANINGS[name]}</span>
                  </span>
                )}
              </a>
            ))}
          </div>
        ))}
      </div>
      <div className="v-rail__foot">
        <Button kind="quiet" icon="help" label="Keys and commands" onPress={() => runCommand('help')} />
        <Button kind="quiet" icon="sun" label="Light or dark" onPress={() => runCommand('theme')} />
      </div>
    </nav>
  );
}

/** Contradictions are what an assessor looks for; they stand out in the rail. */
function isAlarm(room: RoomName, count: number): boolean {
  return count > 0 && (room === 'flows' || room === 'controls');
}
