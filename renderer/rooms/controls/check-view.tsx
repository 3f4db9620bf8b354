// One check as it speaks about a requirement: its sentence, what shows it, what it could not see.
import { useState, type ReactElement } from 'react';
import type { CheckResult } from '../../../shared/checks/check.ts';
import { useAppState } from '../../data/use-workbench.ts';
import { Link } from '../../kit/button.tsx';
import { CheckMark, checkWord } from '../marks.tsx';
import { draftOf, SourceLink, TagButton } from '../source-link.tsx';

/** Witnesses shown before all are asked for. */
const FEW = 5;

/** A check's outcome in words, its witnesses and what it did not cover. */
export function CheckView({
  check,
  requirement,
}: {
  readonly check: CheckResult;
  readonly requirement: string;
}): ReactElement {
  const view = useAppState(state => state.view);
  const [all, setAll] = useState(false);
  const shown = all ? check.witnesses : check.witnesses.slice(0, FEW);
  const first = check.witnesses.find(witness => witness.source !== undefined)?.source;
  return (
    <details className="v-check-result" open={check.outcome === 'fail'}>
      <summary>
        <CheckMark outcome={check.outcome} />
        <span className="v-mono">{check.id}</span>
        <span className="v-grow">{check.title}</span>
      </summary>
      <div className="v-stack v-check-result__body">
        <p>{check.sentence}</p>
        <div className="v-row">
          <TagButton
            selection={{
              title: `Check ${check.id}: ${checkWord(check.outcome)}`,
              draft: draftOf(
                view,
                'check-result',
                `Check ${check.id}: ${checkWord(check.outcome)}`,
                [
                  check.sentence,
                  ...check.witnesses.map(witness => `- ${witness.text}`),
                  ...check.coverage.gaps.map(gap => `Not covered: ${gap}`),
                ].join('\n'),
                first,
              ),
              suggests: [requirement, ...check.procedures],
            }}
          />
          <span className="v-dim">
            {check.coverage.examined} examined
            {check.coverage.period === undefined
              ? ''
              : `, ${check.coverage.period.from} to ${check.coverage.period.to}`}
          </span>
        </div>
        {check.witnesses.length === 0 ? undefined : (
          <ul className="v-list">
            {shown.map((witness, index) => (
              <li key={index} className="v-row">
                <span className="v-grow">{witness.text}</span>
                {witness.source === undefined ? undefined : <SourceLink span={witness.source} />}
              </li>
            ))}
            {check.witnesses.length > shown.length ? (
              <li>
                <Link onPress={() => setAll(true)}>Show all {check.witnesses.length}</Link>
              </li>
            ) : undefined}
          </ul>
        )}
        {check.coverage.gaps.length === 0 ? undefined : (
          <div>
            <span className="v-strong">Not covered</span>
            <ul className="v-bullets">
              {check.coverage.gaps.map(gap => (
                <li key={gap}>{gap}</li>
              ))}
            </ul>
          </div>
        )}
        {check.coverage.assumptions.length === 0 ? undefined : (
          <div>
            <span className="v-strong">Assumed</span>
            <ul className="v-bullets">
              {check.coverage.assumptions.map(text => (
                <li key={text}>{text}</li>
              ))}
            </ul>
          </div>
        )}
      </div>
    </details>
  );
}
