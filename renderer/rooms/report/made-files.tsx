// What was made: report and package with their digests and who signed, ready to be saved again; and every issue
// before, from the custody log.
import type { ReactElement } from 'react';
import type { Engagement } from '../../../shared/records/engagement.ts';
import type { OutputRow } from '../../data/database.ts';
import { saveOutput } from '../../data/report-work.ts';
import { personName } from '../../data/selectors.ts';
import { useAppState, useWorkbench } from '../../data/use-workbench.ts';
import { Button } from '../../kit/button.tsx';
import { Facts, Section } from '../../kit/layout.tsx';
import { Mark } from '../../kit/mark.tsx';
import { counted, printCount } from '../../kit/notice.tsx';

const KINDS: Readonly<Record<OutputRow['kind'], string>> = {
  report: 'Signed report',
  package: 'Audit package',
};

/** The files. */
export function MadeFiles({ engagement }: { readonly engagement: Engagement }): ReactElement {
  const workbench = useWorkbench();
  const outputs = useAppState(state => state.outputs);
  const issues = engagement.custody.filter(entry => entry.action === 'issue-report');
  const save = async (output: OutputRow): Promise<void> => {
    const saved = await saveOutput(workbench, output);
    if (!saved.ok) workbench.notify('bad', saved.problem.message);
    else if (saved.value !== undefined) workbench.notify('good', `Saved ${saved.value}`);
  };
  return (
    <>
      {outputs.length === 0 ? undefined : (
        <Section level={2} title="Made last">
          <ul className="v-list">
            {(['report', 'package'] as const).flatMap(kind =>
              outputs
                .filter(output => output.kind === kind)
                .map(output => (
                  <li key={kind} className="v-stack">
                    <div className="v-row">
                      <span className="v-strong v-grow">{KINDS[kind]}</span>
                      <Mark icon={output.draft ? 'pen' : 'allow'} tone={output.draft ? 'warn' : 'good'}>
                        {output.draft ? 'draft' : 'final'}
                      </Mark>
                      <Button small icon="download" onPress={() => void save(output)}>
                        {kind === 'report' ? 'Save PDF' : 'Save package'}
                      </Button>
                    </div>
                    <Facts
                      entries={[
                        ['Name', output.name],
                        ['Size', `${printCount(output.bytes.length)} bytes`],
                        ['SHA-256', <span className="v-mono">{output.sha256.slice(7)}</span>],
                        ['Signed by', output.signedBy],
                        [
                          'Signer',
                          output.throwaway
                            ? 'throw-away: intact can be proven, who signed cannot'
                            : 'as the certificate names them',
                        ],
                        ['Made at', output.madeAt],
                      ]}
                    />
                  </li>
                )),
            )}
          </ul>
        </Section>
      )}
      <Section level={2} title="What a signature covers now">
        <p className="v-dim">
          {counted(engagement.findings.length, 'finding')}, {counted(engagement.tags.length, 'tag')} on{' '}
          {counted(engagement.evidence.length, 'item')} of evidence,{' '}
          {counted(engagement.imports.length, 'imported file')},{' '}
          {counted(engagement.custody.length, 'custody entry', 'custody entries')}.
        </p>
      </Section>
      {issues.length === 0 ? undefined : (
        <Section level={2} title="Issued" count={issues.length}>
          <ul className="v-list">
            {[...issues].reverse().map(entry => (
              <li key={entry.seq} className="v-row">
                <span className="v-mono">{entry.at}</span>
                <span className="v-grow">{personName(engagement.people, entry.actor)}</span>
                <span className="v-mono v-dim">{entry.hash.slice(0, 16)}</span>
              </li>
            ))}
          </ul>
        </Section>
      )}
    </>
  );
}
