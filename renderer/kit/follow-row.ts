// Which row a table brings into view by itself: the selected one, wherever it was selected, and one that is followed
// until a person scrolls or presses something there; when there is nothing more to follow, the beginning.
import { useEffect, useRef, type RefObject } from 'react';

/** Brings what is selected or followed into view. */
export function useFollowed(
  follow: string | undefined,
  selected: string | undefined,
  grid: RefObject<HTMLDivElement | null>,
  show: (key: string | undefined) => void,
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
    const wanted = selected ?? follow;
    if (wanted === shown.current || (selected === undefined && isFree.current)) return;
    shown.current = wanted;
    show(wanted);
  });
}
