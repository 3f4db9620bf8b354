// The key file and its passphrase. The key is opened before anything is made, so that a wrong passphrase costs a
// second and not a report; it is never stored.
import { useState, type ReactElement } from 'react';
import type { SignerFacts, SigningKey } from '../../data/core-protocol.ts';
import { pickKey } from '../../data/report-work.ts';
import { useWorkbench } from '../../data/use-workbench.ts';
import { Button } from '../../kit/button.tsx';
import { TextField } from '../../kit/field.tsx';
import { Facts } from '../../kit/layout.tsx';

/** A key that was opened. */
export interface ChosenKey {
  readonly key: SigningKey;
  readonly facts: SignerFacts;
}

/** Chooses and opens a key. */
export function KeyForm({
  chosen,
  onChoose,
}: {
  readonly chosen: ChosenKey | undefined;
  readonly onChoose: (key: ChosenKey | undefined) => void;
}): ReactElement {
  const workbench = useWorkbench();
  const [file, setFile] = useState<{ readonly name: string; readonly bytes: Uint8Array<ArrayBuffer> }>();
  const [passphrase, setPassphrase] = useState('');
  const [error, setError] = useState<string>();
  const pick = async (): Promise<void> => {
    const picked = await pickKey(workbench);
    if (!picked.ok) setError(picked.problem.message);
    else if (picked.value !== undefined) {
      setFile(picked.value);
      setError(undefined);
      onChoose(undefined);
    }
  };
  const open = async (): Promise<void> => {
    if (file === undefined) return;
    const key = { bytes: file.bytes, passphrase };
    const read = await workbench.core.call('readKey', { key }).answer;
    setError(read.ok ? undefined : read.problem.message);
    onChoose(read.ok ? { key, facts: read.value } : undefined);
    setPassphrase('');
  };
  if (chosen !== undefined)
    return (
      <div className="v-stack">
        <Facts
          entries={[
            ['Signs', chosen.facts.subject],
            ['Algorithm', chosen.facts.algorithm],
            ['Certificate SHA-256', <span className="v-mono">{chosen.facts.fingerprint.slice(7)}</span>],
          ]}
        />
        <div>
          <Button small onPress={() => onChoose(undefined)}>
            Another key
          </Button>
        </div>
      </div>
    );
  return (
    <form
      className="v-stack"
      onSubmit={event => {
        event.preventDefault();
        void open();
      }}
    >
      <div className="v-row">
        <Button icon="lock" onPress={() => void pick()}>
          Choose key file
        </Button>
        <span className="v-mono v-clip">{file?.name}</span>
      </div>
      <TextField
        label="Passphrase"
        type="password"
        value={passphrase}
        onChange={setPassphrase}
        error={error}
      />
      <div>
        <Button submit disabled={file === undefined}>
          Open key
        </Button>
      </div>
    </form>
  );
}
