// The first tab: one new connection, every stage and rule that was asked, and the line each is written on. What the files
// cannot tell stays indeterminate.
import { useCallback, useEffect, useMemo, useState, type ReactElement } from 'react';
import type { SimulateAnswer, SimulateQuestion } from '../../data/case-view.ts';
import type { Problem } from '../../../shared/base/result.ts';
import { askCase } from '../../data/case-work.ts';
import { navigate, type Route } from '../../data/route.ts';
import { useAppState, useWorkbench } from '../../data/use-workbench.ts';
import { EmptyState, Note } from '../../kit/notice.tsx';
import { OutcomeMark } from '../marks.tsx';
import { draftOf, SourceLink, TagButton, useSelected } from '../source-link.tsx';
import { decisiveStep, printVerdict, VerdictSteps } from '../steps.tsx';
import { QuestionForm } from './question-form.tsx';
import { questionOf, queryOf } from './question.ts';

type State =
  | { readonly kind: 'none' }
  | { readonly kind: 'asked' }
  | { readonly kind: 'answered'; readonly answer: SimulateAnswer }
  | { readonly kind: 'refused'; readonly problem: Problem };

/** The question and its verdicts. */
export function ConnectionTab({
  route,
  cluster,
}: {
  readonly route: Route;
  readonly cluster: string;
}): ReactElement {
  const workbench = useWorkbench();
  const view = useAppState(state => state.view);
  const [state, setState] = useState<State>({ kind: 'none' });
  const question = useMemo(() => questionOf(route.query, cluster), [route.query, cluster]);
  const ask = useCallback(
    (asked: SimulateQuestion) => navigate('simulate', undefined, queryOf(asked), true),
    [],
  );
  useEffect(() => {
    if (question === undefined || view === undefined) return;
    let current = true;
    setState({ kind: 'asked' });
    askCase(workbench, 'simulate', question).then(
      answer => {
        if (!current) return;
        setState(
          answer.ok
            ? { kind: 'answered', answer: answer.value }
            : { kind: 'refused', problem: answer.problem },
        );
      },
      (error: unknown) => {
        if (current)
          setState({ kind: 'refused', problem: { code: 'worker.failed', message: String(error) } });
      },
    );
    return () => {
      current = false;
    };
  }, [workbench, question, view]);
  return (
    <div className="v-simulate">
      <QuestionForm key={JSON.stringify(route.query)} query={route.query} cluster={cluster} onAsk={ask} />
      <div className="v-scroll v-pad" tabIndex={0} role="region" aria-label="Verdict">
        {state.kind === 'none' ? (
          <EmptyState title="Ask about a connection">
            Name a workload, a pod or an address on each side. In Flows, e brings the selected flow here.
          </EmptyState>
        ) : undefined}
        {state.kind === 'refused' ? <Note tone="warn">{state.problem.message}</Note> : undefined}
        {state.kind === 'answered' ? <Answer answer={state.answer} /> : undefined}
      </div>
    </div>
  );
}

function Answer({ answer }: { readonly answer: SimulateAnswer }): ReactElement {
  const view = useAppState(state => state.view);
  const { question, verdicts } = answer;
  const selections = verdicts.map(({ src, dst, verdict }) => {
    const port = question.port === undefined ? '' : ` ${question.port}`;
    const title = `${src} → ${dst} ${question.protocol.toLowerCase()}${port}: ${verdict.outcome}`;
    return {
      title,
      draft: draftOf(
        view,
        'verdict',
        title,
        `${title}\n${printVerdict(verdict)}`,
        decisiveStep(verdict)?.source,
      ),
      suggests: ['1.3.1.b', '1.3.2.b', '1.4.1.b', '1.2.5.b'],
    };
  });
  useSelected(selections[0]);
  return (
    <div className="v-stack v-answers">
      {verdicts.map(({ src, dst, pairs, verdict }, index) => {
        const selection = selections[index];
        return (
          <section key={`${src} ${dst} ${index}`} className="v-stack" aria-label={`Verdict ${index + 1}`}>
            <div className="v-row v-row--wrap v-verdict">
              <OutcomeMark outcome={verdict.outcome} />
              <h2 className="v-detail__title">
                {src} → {dst}
              </h2>
              <span className="v-dim">
                {question.protocol.toLowerCase()} {question.port}
                {pairs > 1 ? `, the same for ${pairs} pairs of pods` : ''}
              </span>
              <span className="v-grow" />
              {selection === undefined ? undefined : <TagButton selection={selection} />}
            </div>
            <VerdictSteps
              verdict={verdict}
              onChange={policy =>
                navigate('simulate', undefined, { show: 'what-if', cluster: question.cluster, policy })
              }
            />
          </section>
        );
      })}
      {answer.doubts.map(doubt => (
        <Note key={doubt} tone="warn">
          {doubt}
        </Note>
      ))}
      {question.record === undefined ? undefined : (
        <p className="v-dim">
          The ends are those of the first record of this flow, <SourceLink span={question.record} />.
        </p>
      )}
      {answer.asked < answer.pairs ? (
        <Note tone="warn">
          Only {answer.asked} of {answer.pairs} pairs of pods were asked; name pods to ask the others.
        </Note>
      ) : undefined}
      <p className="v-dim">
        Judged as a cluster of profile {answer.profile.name}. Replies to an allowed connection are allowed
        with it.
      </p>
    </div>
  );
}
