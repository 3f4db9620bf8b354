// The report: what keeps it a draft, making and signing it, and what was made. The word "compliant" is not ours.
import { useMemo, type ReactElement } from 'react';
import { ensure } from '../../../shared/base/assert.ts';
import { catalogueOf } from '../../../shared/catalogue/catalogue.ts';
import { openItems, requirementStates } from '../../../shared/evidence/requirement-states.ts';
import type { Route } from '../../data/route.ts';
import { useAppState } from '../../data/use-workbench.ts';
import { RoomFrame, SplitPane } from '../../kit/layout.tsx';
import { Mark } from '../../kit/mark.tsx';
import { counted } from '../../kit/notice.tsx';
import { OpenItems } from './open-items.tsx';
import { SignPane } from './sign-pane.tsx';

const NO_CHECKS = [] as const;

/** The report room. */
export function ReportRoom({ route }: { readonly route: Route }): ReactElement {
  const engagement = ensure(
    useAppState(state => state.engagement),
    'the shell opens this room only with an engagement',
  );
  const checks = useAppState(state => state.judgement?.checks ?? NO_CHECKS);
  const catalogue = catalogueOf(engagement.header.standard);
  const items = useMemo(
    () => openItems(engagement, requirementStates(engagement, catalogue, checks)),
    [engagement, catalogue, checks],
  );
  return (
    <RoomFrame
      title="Report"
      facts={
        items.length === 0 ? (
          <Mark icon="allow" tone="good">
            nothing is open
          </Mark>
        ) : (
          <Mark icon="pen" tone="warn">
            draft: {counted(items.length, 'item')} open
          </Mark>
        )
      }
    >
      <SplitPane
        name="report"
        initial={0.6}
        start={<OpenItems items={items} catalogue={catalogue} selected={route.selection} />}
        end={<SignPane engagement={engagement} open={items.length} />}
      />
    </RoomFrame>
  );
}
