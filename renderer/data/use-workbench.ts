// React's door to the workbench: the context, and state read through a selector so that a room redraws only when
// its own part changes.
import { createContext, use, useSyncExternalStore } from 'react';
import { ensure } from '../../shared/base/assert.ts';
import type { AppState } from './app-state.ts';
import type { Workbench } from './workbench.ts';

/** Holds the workbench of this window. */
export const WorkbenchContext = createContext<Workbench | undefined>(undefined);

/** The workbench. */
export function useWorkbench(): Workbench {
  return ensure(use(WorkbenchContext), 'the shell gives every room its workbench');
}

/** A part of the state; `select` returns the same object while nothing it reads changed. */
export function useAppState<T>(select: (state: AppState) => T): T {
  const { state } = useWorkbench();
  return useSyncExternalStore(state.subscribe, () => select(state.get()));
}
