// The way back: a link to file and line of a stored copy, and the button that tags something. Rooms use these
// wherever they state a fact.
import { useEffect, type ReactElement } from 'react';
import type { SourceSpan } from '../../shared/base/source.ts';
import type { EvidenceItem } from '../../shared/records/engagement.ts';
import type { EvidenceDraft } from '../../shared/records/decide.ts';
import type { Selection } from '../data/app-state.ts';
import type { CaseView } from '../data/case-view.ts';
import { runCommand } from '../data/commands.ts';
import { useWorkbench } from '../data/use-workbench.ts';
import { Button, Link } from '../kit/button.tsx';

/** `file:line`, opening the source viewer there. */
export function SourceLink({ span }: { readonly span: SourceSpan }): ReactElement {
  const workbench = useWorkbench();
  const name = span.file.slice(span.file.lastIndexOf('/') + 1);
  return (
    <Link mono title={`${span.file}:${span.line}`} onPress={() => workbench.showSource(span)}>
      {name}:{span.line}
    </Link>
  );
}

/** Makes what a room shows selected the thing that `t` tags. */
export function useSelected(selection: Selection | undefined): void {
  const workbench = useWorkbench();
  const key = selection === undefined ? '' : JSON.stringify(selection);
  useEffect(() => {
    workbench.select(key === '' ? undefined : (JSON.parse(key) as Selection));
  }, [workbench, key]);
}

/** Tags a given selection. */
export function TagButton({ selection }: { readonly selection: Selection }): ReactElement {
  const workbench = useWorkbench();
  return (
    <Button
      small
      icon="tag"
      keys="t"
      onPress={() => {
        workbench.select(selection);
        runCommand('tag');
      }}
    >
      Tag
    </Button>
  );
}

/** A draft of evidence with its source and the digest of the stored copy. */
export function draftOf(
  view: CaseView | undefined,
  kind: EvidenceItem['kind'],
  title: string,
  excerpt: string,
  span: SourceSpan | undefined,
): EvidenceDraft {
  const sha256 = span === undefined ? undefined : view?.digests.get(span.file);
  return {
    kind,
    title,
    excerpt,
    ...(span === undefined || sha256 === undefined
      ? {}
      : {
          source: {
            file: span.file,
            line: span.line,
            ...(span.endLine === undefined ? {} : { endLine: span.endLine }),
            sha256,
          },
        }),
  };
}
