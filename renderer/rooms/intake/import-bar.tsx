// What is under way, in numbers: bytes done of bytes known, the pace that was measured, the time left at that pace, and
// the way to stop. Nothing is kept before the end, and the bar says so.
import { useEffect, useMemo, useState, type ReactElement } from 'react';
import type { Work } from '../../data/app-state.ts';
import { useCommandHandlers } from '../../data/commands.ts';
import { Button } from '../../kit/button.tsx';
import { ProgressBar } from '../../kit/notice.tsx';
import { paceOf, printTimeLeft, withSample, type Sample } from '../../kit/pace.ts';

/** Progress of the import, above its table. */
export function ImportBar({ work }: { readonly work: Work }): ReactElement {
  const { progress, arriving, cancel } = work;
  const pace = usePace(
    progress?.phase,
    progress?.unit === 'bytes' ? progress.done : undefined,
    progress?.total,
  );
  useCommandHandlers(useMemo(() => ({ 'intake.stop': cancel }), [cancel]));
  const read = arriving?.files.filter(file => arriving.read.has(file.path)).length ?? 0;
  return (
    <div className="v-import">
      <div className="v-grow">
        <ProgressBar
          phase={progress?.phase ?? 'Starting'}
          done={progress?.done ?? 0}
          total={progress?.total}
          unit={progress?.unit ?? 'bytes'}
          detail={progress?.detail}
        />
        <div className="v-import__facts">
          <span>
            {read} of {arriving?.files.length ?? 0} files read
          </span>
          {pace === undefined ? undefined : <span>{(pace.perSecond / 1e6).toFixed(1)} MB/s</span>}
          {pace?.secondsLeft === undefined ? undefined : <span>{printTimeLeft(pace.secondsLeft)}</span>}
          {arriving?.isNew === true ? <span>nothing is kept before all is read and stored</span> : undefined}
        </div>
      </div>
      <Button icon="close" keys="Escape" onPress={cancel}>
        Stop
      </Button>
    </div>
  );
}

/** The pace of one phase. */
function usePace(
  phase: string | undefined,
  done: number | undefined,
  total: number | undefined,
): ReturnType<typeof paceOf> {
  const [seen, setSeen] = useState<{ readonly phase: string; readonly samples: readonly Sample[] }>();
  useEffect(() => {
    if (phase === undefined || done === undefined) return;
    const at = performance.now();
    setSeen(before => ({
      phase,
      samples: withSample(before?.phase === phase ? before.samples : [], { at, done }),
    }));
  }, [phase, done]);
  return seen?.phase === phase && done !== undefined ? paceOf(seen?.samples ?? [], total) : undefined;
}
