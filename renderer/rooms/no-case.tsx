// What a room shows before there is a case: why it is empty, and the way to fill it.
import type { ReactElement } from 'react';
import { navigate } from '../data/route.ts';
import { useAppState } from '../data/use-workbench.ts';
import { Button } from '../kit/button.tsx';
import { EmptyState } from '../kit/notice.tsx';

/** The empty room; `needs` says what would fill it. */
export function NoCase({ needs }: { readonly needs: string }): ReactElement {
  const working = useAppState(state => state.work !== undefined);
  if (working)
    return (
      <EmptyState title="Reading files">
        This room fills when the files are read. The status bar below shows how far it is.
      </EmptyState>
    );
  return (
    <EmptyState
      title="Nothing to show yet"
      actions={
        <Button kind="primary" icon="upload" onPress={() => navigate('intake')}>
          Import files
        </Button>
      }
    >
      {needs}
    </EmptyState>
  );
}
