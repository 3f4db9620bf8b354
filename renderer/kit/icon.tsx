// The icon set: line drawings on a 16 px grid. An icon never stands alone for a meaning; a word is beside it.
import type { ReactElement } from 'react';

const PATHS = {
  allow: 'M3 8.5l3.2 3.2L13 4.8',
  deny: 'M4 4l8 8M12 4l-8 8',
  question: 'M5.6 6a2.4 2.4 0 1 1 3.3 2.2c-.6.3-.9.7-.9 1.4M8 12.3v.1',
  none: 'M4 8h8',
  warning: 'M8 2.5l6 10.8H2zM8 6.5v3M8 11.4v.1',
  info: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM8 7.5v3.3M8 5.2v.1',
  search: 'M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zM10.4 10.4l3.1 3.1',
  close: 'M4 4l8 8M12 4l-8 8',
  up: 'M8 12.5v-9M4.5 7L8 3.5 11.5 7',
  down: 'M8 3.5v9M4.5 9L8 12.5 11.5 9',
  right: 'M6 3.5L10.5 8 6 12.5',
  tag: 'M2.5 7.6V3a.5.5 0 0 1 .5-.5h4.6l6 6-5.1 5.1zM5.3 5.3v.1',
  file: 'M4 1.8h5l3 3v9.4H4zM9 1.8v3h3',
  folder: 'M1.8 12.7V3.5h4.4l1.4 1.7h6.6v7.5z',
  download: 'M8 2.5v7.5M4.8 7L8 10.2 11.2 7M3 13.3h10',
  upload: 'M8 10.2V2.7M4.8 5.7L8 2.5l3.2 3.2M3 13.3h10',
  copy: 'M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3',
  sun: 'M8 10.8a2.8 2.8 0 1 0 0-5.6 2.8 2.8 0 0 0 0 5.6zM8 1.5v1.4M8 13.1v1.4M1.5 8h1.4M13.1 8h1.4M3.4 3.4l1 1M11.6 11.6l1 1M12.6 3.4l-1 1M4.4 11.6l-1 1',
  moon: 'M13.2 9.6A5.6 5.6 0 0 1 6.4 2.8a5.6 5.6 0 1 0 6.8 6.8z',
  lock: 'M3.5 7.2h9v6.3h-9zM5.3 7.2V5a2.7 2.7 0 0 1 5.4 0v2.2',
  pen: 'M10.8 2.6l2.6 2.6-8 8H2.8v-2.6z',
  person: 'M8 7.8a2.7 2.7 0 1 0 0-5.4 2.7 2.7 0 0 0 0 5.4zM2.8 13.8c.5-2.7 2.5-4.1 5.2-4.1s4.7 1.4 5.2 4.1',
  shield: 'M8 1.8l5 1.8v4c0 3.3-2.1 5.4-5 6.6-2.9-1.2-5-3.3-5-6.6v-4z',
  flow: 'M2 5h9M8.4 2.4L11 5 8.4 7.6M14 11H5M7.6 8.4L5 11l2.6 2.6',
  circle: 'M8 13A5 5 0 1 0 8 3a5 5 0 0 0 0 10z',
  dot: 'M8 9.2a1.2 1.2 0 1 0 0-2.4 1.2 1.2 0 0 0 0 2.4z',
  help: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM6.3 6.4a1.7 1.7 0 1 1 2.4 1.6c-.5.2-.7.6-.7 1.1M8 11.2v.1',
  plus: 'M8 3.5v9M3.5 8h9',
} as const;

/** Names of the icons. */
export type IconName = keyof typeof PATHS;

/** One icon, hidden from screen readers: the word beside it speaks. */
export function Icon({
  name,
  small = false,
}: {
  readonly name: IconName;
  readonly small?: boolean;
}): ReactElement {
  return (
    <svg className={small ? 'v-icon v-icon--small' : 'v-icon'} viewBox="0 0 16 16" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
