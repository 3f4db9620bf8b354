// The first sight: begin, open a file, or go on with what is here.
import type { ReactElement } from 'react';
import { useAppState } from '../../data/use-workbench.ts';
import { Button } from '../../kit/button.tsx';

/** Nothing is open yet. */
export function Welcome({
  onBegin,
  onOpenFile,
  onPick,
}: {
  readonly onBegin: () => void;
  readonly onOpenFile: () => void;
  readonly onPick: (id: string) => void;
}): ReactElement {
  const engagements = useAppState(state => state.engagements);
  return (
    <section className="v-welcome" aria-label="Begin">
      <div className="v-welcome__column">
        <h1 className="v-welcome__title">Evidence that can be walked back to its line.</h1>
        <p className="v-welcome__text">
          Import what the cluster’s team exported. See what is in scope and what the policies really allow.
          Tag what shows it, decide, and hand over a signed report that anyone can verify. Nothing leaves this
          machine.
        </p>
        <div className="v-row v-row--wrap">
          <Button kind="primary" icon="plus" onPress={onBegin}>
            New engagement
          </Button>
          <Button icon="folder" keys="Mod+O" onPress={onOpenFile}>
            Open .vouch file
          </Button>
        </div>
        {engagements.length === 0 ? undefined : (
          <div className="v-section">
            <h2 className="v-section__title">On this machine</h2>
            <ul className="v-list">
              {engagements.map(item => (
                <li key={item.id} className="v-welcome__line">
                  <button type="button" className="v-welcome__pick" onClick={() => onPick(item.id)}>
                    <span className="v-strong">{item.title}</span>
                    <span className="v-dim v-grow v-clip">{item.entity}</span>
                    <span className="v-dim v-mono">
                      {item.savedAt.slice(0, 10)} {item.savedAt.slice(11, 16)}
                    </span>
                  </button>
                </li>
              ))}
            </ul>
          </div>
        )}
      </div>
    </section>
  );
}
