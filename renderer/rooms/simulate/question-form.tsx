// The question: from, to, protocol, port. Names complete from the inventory.
import { useId, useMemo, useState, type ReactElement } from 'react';
import type { SimulateQuestion } from '../../data/case-view.ts';
import { clustersOf } from '../../data/selectors.ts';
import { useAppState } from '../../data/use-workbench.ts';
import { Button } from '../../kit/button.tsx';
import { questionOf } from './question.ts';

/** The form; it asks on Enter. */
export function QuestionForm({
  query,
  cluster,
  onAsk,
}: {
  readonly query: Readonly<Record<string, string>>;
  readonly cluster: string;
  readonly onAsk: (question: SimulateQuestion) => void;
}): ReactElement {
  const view = useAppState(state => state.view);
  const id = useId();
  const [from, setFrom] = useState(query['from'] ?? '');
  const [to, setTo] = useState(query['to'] ?? '');
  const [protocol, setProtocol] = useState((query['protocol'] ?? 'TCP').toUpperCase());
  const [port, setPort] = useState(query['port'] ?? '');
  const asked = query['cluster'] ?? cluster;
  const names = useMemo(
    () => clustersOf(view, asked).flatMap(item => item.workloads.map(workload => workload.id)),
    [view, asked],
  );
  const question = questionOf({ cluster: asked, from, to, protocol, port }, asked);
  const end = (
    name: string,
    value: string,
    set: (value: string) => void,
    autoFocus: boolean,
  ): ReactElement => (
    <label className="v-field v-grow">
      <span className="v-field__label">{name}</span>
      <input
        className="v-input v-mono"
        list={`${id}-names`}
        value={value}
        placeholder="namespace/name[Kind], namespace/pod, or address"
        spellCheck={false}
        autoFocus={autoFocus}
        onChange={event => set(event.target.value)}
      />
    </label>
  );
  return (
    <form
      className="v-question"
      onSubmit={event => {
        event.preventDefault();
        if (question !== undefined) onAsk(question);
      }}
    >
      <datalist id={`${id}-names`}>
        {names.map(name => (
          <option key={name} value={name} />
        ))}
      </datalist>
      {end('From', from, setFrom, from === '')}
      {end('To', to, setTo, from !== '' && to === '')}
      <label className="v-field">
        <span className="v-field__label">Protocol</span>
        <select className="v-input" value={protocol} onChange={event => setProtocol(event.target.value)}>
          {['TCP', 'UDP', 'SCTP', 'ICMP'].map(name => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
      <label className="v-field v-question__port">
        <span className="v-field__label">Port</span>
        <input
          className="v-input v-mono"
          inputMode="numeric"
          value={port}
          disabled={protocol === 'ICMP'}
          onChange={event => setPort(event.target.value)}
        />
      </label>
      <Button submit kind="primary" keys="Enter" disabled={question === undefined}>
        Explain
      </Button>
    </form>
  );
}
