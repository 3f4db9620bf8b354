// The room of a route. Rooms know nothing of each other; they meet in the URL and in the data.
import type { ReactElement } from 'react';
import type { Route } from '../data/route.ts';
import { useAppState } from '../data/use-workbench.ts';
import { ControlsRoom } from '../rooms/controls/controls-room.tsx';
import { EngagementRoom } from '../rooms/engagement/engagement-room.tsx';
import { EvidenceRoom } from '../rooms/evidence/evidence-room.tsx';
import { FlowsRoom } from '../rooms/flows/flows-room.tsx';
import { IntakeRoom } from '../rooms/intake/intake-room.tsx';
import { InventoryRoom } from '../rooms/inventory/inventory-room.tsx';
import { ReportRoom } from '../rooms/report/report-room.tsx';
import { ScopeRoom } from '../rooms/scope/scope-room.tsx';
import { SimulateRoom } from '../rooms/simulate/simulate-room.tsx';

/** Draws the room; without an engagement there is only the first one. */
export function Room({ route }: { readonly route: Route }): ReactElement {
  const open = useAppState(state => state.engagement !== undefined);
  if (!open) return <EngagementRoom route={route} />;
  switch (route.room) {
    case 'engagement':
      return <EngagementRoom route={route} />;
    case 'intake':
      return <IntakeRoom route={route} />;
    case 'inventory':
      return <InventoryRoom route={route} />;
    case 'scope':
      return <ScopeRoom route={route} />;
    case 'flows':
      return <FlowsRoom route={route} />;
    case 'simulate':
      return <SimulateRoom route={route} />;
    case 'controls':
      return <ControlsRoom route={route} />;
    case 'evidence':
      return <EvidenceRoom route={route} />;
    case 'report':
      return <ReportRoom route={route} />;
  }
}
