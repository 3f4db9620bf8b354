// Which row a table brings into view by itself: the selected one once at the start, and one that is followed, until a
// person scrolls or presses something there.
import { useEffect, useRef, type RefObject } from 'react';

/** Brings what is followed into view, and what is selected once at the start. */
export function useFollowed(
  follow: string | undefined,
  selected: string | undefined,
  grid: RefObject<HTMLDivElement | null>,
  show: (key: string) => void,
): void {
  const shown = useRef<string>(undefined);
  const isFree = useRef(false);
  useEffect(() => {
    const frame = grid.current;
    const free = (): void => void (isFree.current = true);
    const events = ['wheel', 'pointerdown', 'keydown'] as const;
    for (const event of events) frame?.addEventListener(event, free, { passive: true });
    return () => {
      for (const event of events) frame?.removeEventListener(event, free);
    };
  }, [grid]);
  useEffect(() => {
    const wanted = selected ?? (isFree.current ? undefined : follow);
    if (selected !== undefined && shown.current !== undefined) return;
    if (wanted === undefined || wanted === shown.current) return;
    shown.current = wanted;
    show(wanted);
  });
}
