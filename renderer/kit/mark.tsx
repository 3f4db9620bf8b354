// Marks: a shape and a word, toned. Colour repeats what shape and word already say.
import type { ReactElement, ReactNode } from 'react';
import { Icon, type IconName } from './icon.tsx';

/** Tones of marks and badges. */
export type Tone = 'good' | 'bad' | 'warn' | 'info' | 'none' | 'cde' | 'sec' | 'ghost';

/** An icon and a word. */
export function Mark({
  icon,
  tone,
  children,
}: {
  readonly icon: IconName;
  readonly tone: Tone;
  readonly children: ReactNode;
}): ReactElement {
  return (
    <span className={`v-mark v-tone--${tone}`}>
      <Icon name={icon} small />
      {children}
    </span>
  );
}

/** A word in a box, for names of kinds and counts. */
export function Badge({
  tone = 'none',
  children,
}: {
  readonly tone?: Tone;
  readonly children: ReactNode;
}): ReactElement {
  return <span className={`v-badge v-tone--${tone}`}>{children}</span>;
}

/** A number that belongs to the word before it. */
export function Count({ children }: { readonly children: ReactNode }): ReactElement {
  return <span className="v-count">{children}</span>;
}
