// Dialogs over the platform's own modal element: focus stays inside, Escape closes, focus goes back.
import { useEffect, useId, useRef, type ReactElement, type ReactNode } from 'react';
import { Button } from './button.tsx';

/** A modal dialog; shown while mounted. */
export function Dialog({
  title,
  onClose,
  children,
  foot,
  wide = false,
  top = false,
  flush = false,
  bare = false,
}: {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
  readonly foot?: ReactNode;
  readonly wide?: boolean;
  readonly top?: boolean;
  readonly flush?: boolean;
  /** No visible heading: the content starts with its own field. */
  readonly bare?: boolean;
}): ReactElement {
  const ref = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const before = document.activeElement;
    const dialog = ref.current;
    if (dialog !== null && !dialog.open) {
      dialog.showModal();
      // The platform would focus the first control, which is Close.
      dialog.querySelector<HTMLElement>('[data-first]')?.focus();
    }
    return () => {
      dialog?.close();
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  const names = ['v-dialog', wide ? 'v-dialog--wide' : '', top ? 'v-dialog--top' : ''].filter(
    name => name !== '',
  );
  return (
    <dialog
      ref={ref}
      className={names.join(' ')}
      aria-labelledby={id}
      onCancel={event => {
        event.preventDefault();
        onClose();
      }}
      onClick={event => {
        if (event.target === ref.current) onClose();
      }}
    >
      <div className="v-dialog__frame">
        <div className={bare ? 'v-visually-hidden' : 'v-dialog__head'}>
          <h2 id={id} className="v-dialog__title">
            {title}
          </h2>
          {bare ? undefined : <Button kind="quiet" icon="close" label="Close" onPress={onClose} />}
        </div>
        <div className={flush ? 'v-dialog__body v-dialog__body--flush' : 'v-dialog__body'}>{children}</div>
        {foot === undefined ? undefined : <div className="v-dialog__foot">{foot}</div>}
      </div>
    </dialog>
  );
}
