// Buttons and key hints. A button that has a key shows it, so that the hand learns by looking.
import type { ReactElement, ReactNode } from 'react';
import { Icon, type IconName } from './icon.tsx';

/** What a button takes. */
export interface ButtonProps {
  readonly children?: ReactNode;
  readonly label?: string;
  readonly icon?: IconName;
  readonly kind?: 'plain' | 'primary' | 'quiet';
  readonly small?: boolean;
  readonly keys?: string | undefined;
  readonly disabled?: boolean;
  readonly submit?: boolean;
  readonly pressed?: boolean;
  readonly title?: string;
  readonly onPress?: () => void;
}

/** A button; with `label` and no children it is an icon button. */
export function Button(props: ButtonProps): ReactElement {
  const { children, label, icon, kind = 'plain', small = false, keys, pressed } = props;
  const iconOnly = children === undefined;
  const names = [
    'v-button',
    `v-button--${kind}`,
    small ? 'v-button--small' : '',
    iconOnly ? 'v-button--icon' : '',
  ];
  return (
    <button
      type={props.submit === true ? 'submit' : 'button'}
      className={names.filter(name => name !== '').join(' ')}
      disabled={props.disabled === true}
      aria-label={label}
      aria-pressed={pressed}
      title={props.title ?? (iconOnly ? label : undefined)}
      onClick={props.onPress}
    >
      {icon === undefined ? undefined : <Icon name={icon} small={small} />}
      {children}
      {keys === undefined ? undefined : <Keys keys={keys} />}
    </button>
  );
}

/** A key or chord as printed on the keyboard: `Mod+K` reads Ctrl K (or ⌘ K on a Mac). */
export function Keys({ keys }: { readonly keys: string }): ReactElement {
  return <kbd className="v-key">{printKeys(keys)}</kbd>;
}

/** Text of a chord for people. */
export function printKeys(keys: string): string {
  const mac = typeof navigator !== 'undefined' && navigator.userAgent.includes('Macintosh');
  return keys
    .split('+')
    .map(part => (part === 'Mod' ? (mac ? '⌘' : 'Ctrl') : part === 'Escape' ? 'Esc' : part))
    .join(' ');
}

/** A reference that leads somewhere: looks like a link, behaves like a button. */
export function Link({
  children,
  onPress,
  mono = false,
  title,
}: {
  readonly children: ReactNode;
  readonly onPress: () => void;
  readonly mono?: boolean;
  readonly title?: string;
}): ReactElement {
  return (
    <button type="button" className={mono ? 'v-link v-mono' : 'v-link'} title={title} onClick={onPress}>
      {children}
    </button>
  );
}
