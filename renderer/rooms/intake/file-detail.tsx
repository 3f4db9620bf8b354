// One file: recognition and its reason, digest, masks by kind, every remark with its line, and the confirmation that
// a picture or PDF shows no account data.
import { useState, type ReactElement } from 'react';
import type { FileLine } from '../../data/selectors.ts';
import { personName } from '../../data/selectors.ts';
import { useAppState, useWorkbench } from '../../data/use-workbench.ts';
import { Button } from '../../kit/button.tsx';
import { SelectField } from '../../kit/field.tsx';
import { Facts, Section } from '../../kit/layout.tsx';
import { EmptyState, Note, printCount } from '../../kit/notice.tsx';
import { SeverityMark } from '../marks.tsx';
import { CoverageFacts } from './coverage-facts.tsx';
import { SourceLink, TagButton, useSelected } from '../source-link.tsx';

/** Detail of a file. */
export function FileDetail({ line }: { readonly line: FileLine | undefined }): ReactElement {
  const workbench = useWorkbench();
  const view = useAppState(state => state.view);
  const selection =
    line === undefined
      ? undefined
      : {
          title: `File ${line.file.path}`,
          draft: {
            kind: 'file' as const,
            title: line.file.path,
            source: { file: line.file.path, sha256: line.file.sha256 },
          },
        };
  useSelected(selection);
  if (line === undefined || selection === undefined)
    return (
      <EmptyState title="No file selected">
        Select a file to see how it was read and what was said about it.
      </EmptyState>
    );
  const { file, record } = line;
  const hits = (view?.accountData ?? []).filter(hit => hit.source.file === file.path);
  return (
    <div className="v-detail">
      <div className="v-detail__head">
        <h2 className="v-detail__title">{file.path}</h2>
        <div className="v-row">
          <Button
            small
            icon="file"
            keys="Enter"
            onPress={() => workbench.showSource({ file: file.path, line: 1 })}
          >
            Read stored copy
          </Button>
          <TagButton selection={selection} />
        </div>
      </div>
      <Facts
        entries={[
          ['Recognised as', `${file.format}${file.container === undefined ? '' : `, ${file.container}`}`],
          ['Because', file.reason],
          ['Members', file.members === undefined ? undefined : printCount(file.members.length)],
          ['Records', printCount(file.records)],
          ['Cluster', file.cluster],
          ['Size', `${printCount(file.bytes)} bytes`],
          ['SHA-256', <span className="v-mono">{file.sha256.slice(7)}</span>],
          [
            'Original, HMAC',
            file.originalHmac === undefined ? undefined : (
              <span className="v-mono">{file.originalHmac.replace(/^hmac-sha256:/, '')}</span>
            ),
          ],
          ['Imported', record?.at],
          ['Masked', maskedKinds(line)],
          ['Begins with', file.head === undefined ? undefined : <span className="v-mono">{file.head}</span>],
        ]}
      />
      {hits.map(hit => (
        <Note key={hit.source.line} tone="bad">
          {hit.kind === 'pan' ? 'Account number' : 'Track data'} found and masked ({hit.count}) at{' '}
          <SourceLink span={hit.source} />. It opens a scope item.
        </Note>
      ))}
      {record?.needsConfirmation === true ? (
        <Confirmation path={file.path} confirmed={record.noAccountDataSeenBy} />
      ) : undefined}
      <CoverageFacts file={file} />
      <Section title="Remarks" count={file.diagnostics.length}>
        {file.diagnostics.length === 0 ? (
          <p className="v-dim">Read without remarks.</p>
        ) : (
          <ul className="v-list">
            {file.diagnostics.map((item, index) => (
              <li key={index} className="v-stack v-stack--tight">
                <div className="v-row">
                  <SeverityMark severity={item.severity} />
                  {item.line === undefined ? undefined : (
                    <SourceLink span={{ file: item.file, line: item.line }} />
                  )}
                  <span className="v-grow" />
                  <span className="v-mono v-dim">{item.code}</span>
                </div>
                <span>{item.message}</span>
              </li>
            ))}
          </ul>
        )}
      </Section>
    </div>
  );
}

function Confirmation({
  path,
  confirmed,
}: {
  readonly path: string;
  readonly confirmed: string | undefined;
}): ReactElement {
  const workbench = useWorkbench();
  const people = useAppState(state => state.engagement?.people ?? NOBODY);
  const actor = useAppState(state => state.actor);
  const [person, setPerson] = useState(actor ?? people[0]?.id ?? '');
  if (confirmed !== undefined)
    return <Note icon="allow">{personName(people, confirmed)} looked and saw no account data.</Note>;
  const confirm = async (): Promise<void> => {
    const decided = await workbench.decide({ kind: 'confirm-no-account-data', path, person });
    if (!decided.ok) workbench.notify('bad', decided.problem.message);
  };
  return (
    <Note tone="warn">
      <div className="v-stack">
        <span>
          A program cannot search this file for account data. A person has to look before it becomes evidence.
        </span>
        <div className="v-row v-row--end">
          <SelectField
            label="Looked at by"
            value={person}
            options={people.map(item => ({ value: item.id, text: item.name }))}
            onChange={setPerson}
          />
          <Button onPress={() => void confirm()}>No account data seen</Button>
        </div>
      </div>
    </Note>
  );
}

const NOBODY = [] as const;

function maskedKinds({ file, record }: FileLine): string | undefined {
  const kinds = Object.entries(file.redactionsByKind)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([kind, count]) => `${count} ${kind.replaceAll('-', ' ')}`);
  const count = record?.redactions ?? file.redactions;
  if (kinds.length > 0) return kinds.join(', ');
  return count === 0 ? 'nothing' : `${count} values`;
}
