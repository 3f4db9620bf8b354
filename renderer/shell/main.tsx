// Where the window starts: theme, database, worker, bridge, then the frame. Everything is wired here and nowhere else.
import { createRoot } from 'react-dom/client';
import { instantOf } from '../../shared/base/instant.ts';
import { ensure } from '../../shared/base/assert.ts';
import { hostBridge } from '../data/bridge.ts';
import { createCoreClient } from '../data/core-client.ts';
import { openDatabase } from '../data/database.ts';
import { webDigests } from '../data/digests.ts';
import { WorkbenchContext } from '../data/use-workbench.ts';
import { createWorkbench } from '../data/workbench.ts';
import '../kit/tokens.css';
import '../kit/base.css';
import '../kit/controls.css';
import '../kit/table.css';
import '../kit/lanes.css';
import './shell.css';
import { App } from './app.tsx';
import { applyTheme, firstTheme } from './theme.ts';

applyTheme(firstTheme(), false);

const workbench = createWorkbench({
  database: openDatabase('strict'),
  core: createCoreClient(
    () => new Worker(new URL('../workers/core.worker.ts', import.meta.url), { type: 'module' }),
  ),
  bridge: hostBridge(),
  digests: webDigests,
  now: () => instantOf(Date.now()),
});

const root = ensure(document.getElementById('frame') ?? undefined, 'index.html has the place to draw in');
createRoot(root).render(
  <WorkbenchContext value={workbench}>
    <App />
  </WorkbenchContext>,
);
