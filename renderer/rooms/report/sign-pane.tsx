// Make and sign: who signs, what that proves, the work itself, and the files that came of it.
import { useMemo, useState, type ReactElement } from 'react';
import type { Engagement } from '../../../shared/records/engagement.ts';
import { useCommandHandlers } from '../../data/commands.ts';
import { issueReport } from '../../data/report-work.ts';
import { useAppState, useWorkbench } from '../../data/use-workbench.ts';
import { Button } from '../../kit/button.tsx';
import { Choices } from '../../kit/field.tsx';
import { Section } from '../../kit/layout.tsx';
import { Note, ProgressBar } from '../../kit/notice.tsx';
import { KeyForm, type ChosenKey } from './key-form.tsx';
import { MadeFiles } from './made-files.tsx';

type SignedWith = 'throwaway' | 'key';

/** The pane. */
export function SignPane({
  engagement,
  open,
}: {
  readonly engagement: Engagement;
  readonly open: number;
}): ReactElement {
  const workbench = useWorkbench();
  const work = useAppState(state => state.work);
  const view = useAppState(state => state.view);
  const judging = useAppState(state => state.judging);
  const version = useAppState(state => state.host?.version ?? 'unknown');
  const [signedWith, setSignedWith] = useState<SignedWith>('throwaway');
  const [key, setKey] = useState<ChosenKey>();
  const ready =
    view !== undefined && work === undefined && !judging && (signedWith === 'throwaway' || key !== undefined);
  const make = useMemo(
    () => async (): Promise<void> => {
      const issued = await issueReport(workbench, version, signedWith === 'key' ? key?.key : undefined);
      if (issued.ok) workbench.notify('good', `Report and package made, signed by ${issued.value.subject}`);
      else workbench.notify('bad', issued.problem.message);
    },
    [workbench, version, signedWith, key],
  );
  useCommandHandlers(useMemo(() => (ready ? { 'report.make': () => void make() } : NOTHING), [ready, make]));
  return (
    <div className="v-detail">
      <Section level={2} title="Make and sign">
        <div className="v-stack">
          <p>
            A workpaper in PDF and an audit package with the evidence it cites. Both are signed; anyone can
            verify them without this program.
          </p>
          <Choices
            label="Signed with"
            value={signedWith}
            options={[
              { value: 'throwaway', text: 'Throw-away identity' },
              { value: 'key', text: 'Key file (.p12)' },
            ]}
            onChange={setSignedWith}
          />
          {signedWith === 'throwaway' ? (
            <Note>
              Made for this one report and forgotten. It proves that nothing was changed since, not who
              signed; the report is a draft and says so.
            </Note>
          ) : (
            <KeyForm chosen={key} onChoose={setKey} />
          )}
          {open > 0 && signedWith === 'key' ? (
            <Note tone="warn">
              The report will be a draft: open items are listed in it and every page is marked.
            </Note>
          ) : undefined}
          {work === undefined ? (
            <div className="v-row">
              <Button kind="primary" icon="pen" keys="m" disabled={!ready} onPress={() => void make()}>
                Make and sign
              </Button>
              {view === undefined ? <span className="v-dim">Import a cluster first</span> : undefined}
            </div>
          ) : (
            <div className="v-stack">
              <ProgressBar
                phase={work.progress?.phase ?? work.title}
                done={work.progress?.done ?? 0}
                total={work.progress?.total}
                unit={work.progress?.unit ?? 'steps'}
                detail={work.progress?.detail}
              />
              <div>
                <Button onPress={work.cancel}>Stop</Button>
              </div>
            </div>
          )}
        </div>
      </Section>
      <MadeFiles engagement={engagement} />
    </div>
  );
}

const NOTHING = {};
