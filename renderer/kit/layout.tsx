// How a room is laid out: heading with facts and actions, then content; facts lists, sections, split panes.
import {
  useEffect,
  useRef,
  useState,
  type KeyboardEvent,
  type PointerEvent,
  type ReactElement,
  type ReactNode,
} from 'react';
import { Count } from './mark.tsx';

/** A room's frame: one heading line, the rest scrolls inside. */
export function RoomFrame({
  title,
  facts,
  actions,
  children,
}: {
  readonly title: string;
  readonly facts?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}): ReactElement {
  return (
    <section className="v-room v-fade" aria-label={title}>
      <header className="v-room__head">
        <h1 className="v-room__title">{title}</h1>
        <div className="v-room__facts">{facts}</div>
        <div className="v-row">{actions}</div>
      </header>
      <div className="v-room__body">{children}</div>
    </section>
  );
}

/** A titled part of a detail pane. */
export function Section({
  title,
  count,
  actions,
  level = 3,
  children,
}: {
  readonly title: string;
  /** 2 where no detail heading stands above it. */
  readonly level?: 2 | 3;
  readonly count?: number;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}): ReactElement {
  const Heading = level === 2 ? 'h2' : 'h3';
  return (
    <section className="v-section">
      <Heading className="v-section__title">
        {title}
        {count === undefined ? undefined : <Count>{count}</Count>}
        {actions === undefined ? undefined : <span className="v-row v-section__actions">{actions}</span>}
      </Heading>
      {children}
    </section>
  );
}

/** Names and values. Entries without a value are left out. */
export function Facts({
  entries,
}: {
  readonly entries: readonly (readonly [name: string, value: ReactNode])[];
}): ReactElement {
  return (
    <dl className="v-facts">
      {entries
        .filter(([, value]) => value !== undefined && value !== '')
        .map(([name, value]) => (
          <div key={name} className="v-facts__entry">
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}

/** Labels and other short texts in a row. */
export function Chips({ texts }: { readonly texts: readonly string[] }): ReactElement {
  return (
    <ul className="v-chips">
      {texts.map(text => (
        <li key={text} className="v-chip">
          {text}
        </li>
      ))}
    </ul>
  );
}

const MIN = 260;

/** Two panes and a bar between them that mouse and arrow keys move; the place is kept per `name`. */
export function SplitPane({
  name,
  start,
  end,
  initial = 0.58,
}: {
  readonly name: string;
  readonly start: ReactNode;
  readonly end: ReactNode;
  /** Share of the first pane. */
  readonly initial?: number;
}): ReactElement {
  const frame = useRef<HTMLDivElement>(null);
  const [share, setShare] = useState(() => storedShare(name, initial));
  useEffect(() => {
    localStorage.setItem(`vouch.split.${name}`, String(share));
  }, [name, share]);
  const move = (event: PointerEvent): void => {
    const box = frame.current?.getBoundingClientRect();
    if (box === undefined || !event.currentTarget.hasPointerCapture(event.pointerId)) return;
    setShare(bounded((event.clientX - box.left) / box.width, box.width));
  };
  const press = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowLeft' ? -0.02 : event.key === 'ArrowRight' ? 0.02 : 0;
    if (step === 0) return;
    event.preventDefault();
    setShare(bounded(share + step, frame.current?.clientWidth ?? 1000));
  };
  return (
    <div
      ref={frame}
      className="v-split"
      style={{ gridTemplateColumns: `minmax(0, ${share}fr) 1px minmax(0, ${1 - share}fr)` }}
    >
      <div className="v-split__pane">{start}</div>
      <div
        className="v-split__bar"
        role="separator"
        aria-label="Width of the panes"
        aria-orientation="vertical"
        aria-valuenow={Math.round(share * 100)}
        aria-valuemin={0}
        aria-valuemax={100}
        tabIndex={0}
        onPointerDown={event => event.currentTarget.setPointerCapture(event.pointerId)}
        onPointerMove={move}
        onKeyDown={press}
      />
      <div className="v-split__pane">{end}</div>
    </div>
  );
}

function storedShare(name: string, initial: number): number {
  const stored = Number(localStorage.getItem(`vouch.split.${name}`));
  return stored > 0.1 && stored < 0.9 ? stored : initial;
}

function bounded(share: number, width: number): number {
  const least = Math.min(0.4, MIN / width);
  return Math.min(1 - least, Math.max(least, share));
}
