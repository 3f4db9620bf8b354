// The engagement: begin, open or pick one; then its header, its people and everything that was done in it.
import { useMemo, useState, type ReactElement } from 'react';
import { closeEngagement, openEngagement, readCase } from '../../data/case-work.ts';
import { useCommandHandlers, type Handlers } from '../../data/commands.ts';
import { openEngagementFile, saveEngagementFile } from '../../data/engagement-work.ts';
import { navigate, type Route } from '../../data/route.ts';
import { useAppState, useWorkbench } from '../../data/use-workbench.ts';
import { Button } from '../../kit/button.tsx';
import { RoomFrame } from '../../kit/layout.tsx';
import { Tabs } from '../../kit/tabs.tsx';
import { BeginDialog } from './begin-dialog.tsx';
import { CustodyTable } from './custody-table.tsx';
import { HeaderForm } from './header-form.tsx';
import { PeopleList } from './people-list.tsx';
import { Welcome } from './welcome.tsx';

/** The engagement room. */
export function EngagementRoom({ route }: { readonly route: Route }): ReactElement {
  const workbench = useWorkbench();
  const engagement = useAppState(state => state.engagement);
  const [beginning, setBeginning] = useState(false);
  const handlers = useMemo<Handlers>(() => {
    const open = async (): Promise<void> => {
      const opened = await openEngagementFile(workbench);
      if (!opened.ok) workbench.notify('bad', opened.problem.message);
      else if (opened.value !== undefined) await readCase(workbench, []);
    };
    const save = async (): Promise<void> => {
      const saved = await saveEngagementFile(workbench);
      if (!saved.ok) workbench.notify('bad', saved.problem.message);
      else if (saved.value !== undefined) workbench.notify('good', `Saved ${saved.value}`);
    };
    return {
      'engagement.new': () => setBeginning(true),
      'engagement.open': () => void open(),
      ...(engagement === undefined
        ? {}
        : { 'engagement.save': () => void save(), 'engagement.close': () => closeEngagement(workbench) }),
    };
  }, [workbench, engagement]);
  useCommandHandlers(handlers);
  const tab = route.selection === 'people' || route.selection === 'custody' ? route.selection : 'header';
  return (
    <>
      {engagement === undefined ? (
        <Welcome
          onBegin={() => setBeginning(true)}
          onOpenFile={() => handlers['engagement.open']?.()}
          onPick={id => void openEngagement(workbench, id)}
        />
      ) : (
        <RoomFrame
          title="Engagement"
          facts={<span className="v-mono v-dim">{engagement.header.id}</span>}
          actions={
            <>
              <Button kind="quiet" onPress={() => handlers['engagement.close']?.()}>
                Close
              </Button>
              <Button kind="quiet" icon="folder" keys="Mod+O" onPress={() => handlers['engagement.open']?.()}>
                Open
              </Button>
              <Button icon="download" keys="Mod+S" onPress={() => handlers['engagement.save']?.()}>
                Save .vouch
              </Button>
            </>
          }
        >
          <Tabs
            label="Parts of the engagement"
            tabs={[
              { id: 'header', title: 'Header' },
              { id: 'people', title: 'People', count: engagement.people.length },
              { id: 'custody', title: 'Custody log', count: engagement.custody.length },
            ]}
            selected={tab}
            onSelect={id => navigate('engagement', id === 'header' ? undefined : id, {}, true)}
          >
            {tab === 'header' ? <HeaderForm key={engagement.header.id} engagement={engagement} /> : undefined}
            {tab === 'people' ? <PeopleList engagement={engagement} /> : undefined}
            {tab === 'custody' ? <CustodyTable engagement={engagement} /> : undefined}
          </Tabs>
        </RoomFrame>
      )}
      {beginning ? <BeginDialog onClose={() => setBeginning(false)} /> : undefined}
    </>
  );
}
