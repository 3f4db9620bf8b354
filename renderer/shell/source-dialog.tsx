// A stored file at a line, over whatever room is shown. Lines come from the stored copy, so what is read here is
// what the digest names.
import { useEffect, useState, type ReactElement } from 'react';
import type { Result } from '../../shared/base/result.ts';
import type { OpenedSource } from '../data/app-state.ts';
import { findStored, readSource } from '../data/stored-source.ts';
import type { LineWindow } from '../data/stored-copies.ts';
import { useAppState, useWorkbench } from '../data/use-workbench.ts';
import { Button } from '../kit/button.tsx';
import { Dialog } from '../kit/dialog.tsx';
import { EmptyState } from '../kit/notice.tsx';
import { CodeEditor } from '../kit/code-editor.tsx';
import { SourceView } from '../kit/source-view.tsx';
import { runCommand } from '../data/commands.ts';

/** The source viewer. */
export function SourceDialog({
  source,
  onClose,
}: {
  readonly source: OpenedSource;
  readonly onClose: () => void;
}): ReactElement {
  const workbench = useWorkbench();
  const digest = useAppState(state => findStored(state, source.file)?.sha256);
  const [read, setRead] = useState<Result<LineWindow>>();
  useEffect(() => {
    let current = true;
    void readSource(workbench, source.file, source.line ?? 1).then(found => {
      if (current) setRead(found);
    });
    return () => {
      current = false;
    };
  }, [workbench, source]);
  const lines = read?.ok === true ? read.value : undefined;
  const place = source.line === undefined ? source.file : `${source.file}:${source.line}`;
  const tag = (): void => {
    if (digest === undefined || lines === undefined) return;
    const from = source.line ?? lines.first;
    const to = source.endLine ?? from;
    workbench.select({
      title: place,
      draft: {
        kind: 'policy-line',
        title: place,
        source: { file: source.file, line: from, ...(to > from ? { endLine: to } : {}), sha256: digest },
        excerpt: lines.lines.slice(from - lines.first, to - lines.first + 1).join('\n'),
      },
    });
    onClose();
    runCommand('tag');
  };
  return (
    <Dialog
      title={place}
      wide
      flush
      onClose={onClose}
      foot={
        <>
          <span className="v-grow v-mono v-dim v-clip">{digest}</span>
          {source.line === undefined ? undefined : (
            <Button icon="tag" onPress={tag}>
              Tag this line
            </Button>
          )}
        </>
      }
    >
      <div className="v-source-dialog">
        {read?.ok === false ? (
          <EmptyState title="This file cannot be read here">{read.problem.message}</EmptyState>
        ) : lines === undefined ? undefined : (
          <SourceText place={place} source={lines} line={source.line} endLine={source.endLine} />
        )}
      </div>
    </Dialog>
  );
}

/** What people wrote is shown with its colours; long logs are drawn line by line, however long their lines are. */
function SourceText({
  place,
  source,
  line,
  endLine,
}: {
  readonly place: string;
  readonly source: LineWindow;
  readonly line: number | undefined;
  readonly endLine: number | undefined;
}): ReactElement {
  const isText = source.lines.length <= MOST_LINES && source.lines.every(one => one.length <= LONGEST);
  if (!isText) return <SourceView label={place} source={source} line={line} endLine={endLine} />;
  return (
    <CodeEditor
      label={place}
      value={source.lines.join('\n')}
      readOnly
      first={source.first}
      line={line}
      cited={line === undefined ? undefined : { from: line, to: endLine ?? line }}
    />
  );
}

const MOST_LINES = 20_000;
const LONGEST = 400;
