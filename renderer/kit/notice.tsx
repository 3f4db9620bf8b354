// What the tool says without being asked: notices that do not take the focus, progress that does not lie, and
// empty places that say what would fill them.
import type { ReactElement, ReactNode } from 'react';
import { Button } from './button.tsx';
import { Icon, type IconName } from './icon.tsx';

/** One notice. */
export interface Notice {
  readonly id: number;
  readonly tone: 'info' | 'good' | 'bad';
  readonly text: string;
}

/** Notices in a live region. Errors stay until closed. */
export function Notices({
  notices,
  onClose,
}: {
  readonly notices: readonly Notice[];
  readonly onClose: (id: number) => void;
}): ReactElement {
  return (
    <div className="v-toasts" role="status" aria-live="polite">
      {notices.map(notice => (
        <div key={notice.id} className={`v-toast v-toast--${notice.tone} v-fade`}>
          <span className="v-grow">{notice.text}</span>
          <Button kind="quiet" small icon="close" label="Dismiss" onPress={() => onClose(notice.id)} />
        </div>
      ))}
    </div>
  );
}

/** Work done of work known, in its own unit; no invented percentages. */
export function ProgressBar({
  phase,
  done,
  total,
  unit,
  detail,
}: {
  readonly phase: string;
  readonly done: number;
  readonly total?: number | undefined;
  readonly unit: string;
  readonly detail?: string | undefined;
}): ReactElement {
  const amount = amountOf(done, total, unit);
  const known = total !== undefined && total > 0;
  return (
    <div className="v-progress">
      <span className="v-clip">
        {phase}
        {detail === undefined ? undefined : <span className="v-dim"> {detail}</span>}
      </span>
      <span className="v-dim">{amount}</span>
      <div
        className="v-progress__track"
        role="progressbar"
        aria-label={phase}
        aria-valuetext={amount === '' ? phase : `${phase}: ${amount}`}
        {...(known
          ? { 'aria-valuemin': 0, 'aria-valuemax': total, 'aria-valuenow': Math.min(done, total) }
          : {})}
      >
        {known ? (
          <div className="v-progress__bar" style={{ width: `${Math.min(100, (100 * done) / total)}%` }} />
        ) : (
          <div className="v-progress__bar v-progress__bar--unknown" />
        )}
      </div>
    </div>
  );
}

/** `12.4 of 80.0 MB`, `1,204 records`, or nothing while nothing is known. */
export function amountOf(done: number, total: number | undefined, unit: string): string {
  const print = unit === 'bytes' ? (value: number) => (value / 1e6).toFixed(1) : printCount;
  const name = unit === 'bytes' ? 'MB' : unit;
  if (total !== undefined && total > 0) return `${print(done)} of ${print(total)} ${name}`;
  return done === 0 ? '' : `${print(done)} ${name}`;
}

/** A whole number with thousands set apart. */
export function printCount(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}

/** Says why a place is empty and what to do about it. */
export function EmptyState({
  title,
  children,
  actions,
}: {
  readonly title: string;
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
}): ReactElement {
  return (
    <div className="v-empty">
      <h2 className="v-empty__title">{title}</h2>
      {children === undefined ? undefined : <div className="v-empty__text">{children}</div>}
      {actions === undefined ? undefined : <div className="v-row v-row--wrap">{actions}</div>}
    </div>
  );
}

/** A remark that stays in its place. */
export function Note({
  tone = 'none',
  icon,
  children,
}: {
  readonly tone?: 'none' | 'warn' | 'bad';
  readonly icon?: IconName;
  readonly children: ReactNode;
}): ReactElement {
  return (
    <div className={`v-note v-note--${tone}`}>
      <Icon name={icon ?? (tone === 'none' ? 'info' : 'warning')} />
      <div className="v-grow">{children}</div>
    </div>
  );
}

/** `1 value`, `3 values`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${printCount(count)} ${count === 1 ? one : many}`;
}
