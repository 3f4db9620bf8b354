// Layouts that collectors write: which files stand where below a folder or inside an archive. The shape decides, never
// what the folder or archive itself is called. Shapes as the collectors' sources and real archives show them.
import { compareText } from '../base/order.ts';

/** Names of layouts, as the command-line contract has them. */
export type LayoutName =
  'cluster-info-dump' | 'must-gather' | 'support-bundle' | 'velero' | 'rancher-bundle' | 'vouch-collection';

/** A layout and the folder it begins in, '' for the top. */
export interface Layout {
  readonly name: LayoutName;
  readonly folder: string;
  readonly reason: string;
}

interface Shape {
  readonly name: LayoutName;
  /** What shows it, from the folder on; every expression must be met by some path. */
  readonly needs: readonly RegExp[];
  readonly reason: string;
}

const END = '\\.(?:json|ya?ml)$';
const SHAPES: readonly Shape[] = [
  {
    name: 'vouch-collection',
    needs: [/^manifest\.json$/, /^vouch-collect[^/]*$/],
    reason: 'a manifest and what the collection script writes beside it',
  },
  {
    name: 'support-bundle',
    needs: [new RegExp(`^cluster-resources/(?:[^/]+/)*[^/]+${END}`)],
    reason: 'cluster-resources/ by kind and namespace',
  },
  {
    name: 'velero',
    needs: [new RegExp(`^resources/[^/]+/(?:v[^/]+/)?(?:namespaces/[^/]+|cluster)/[^/]+${END}`)],
    reason: 'resources/<resource>/namespaces|cluster/',
  },
  {
    name: 'must-gather',
    needs: [
      new RegExp(
        `^(?:cluster-scoped-resources/[^/]+|namespaces/[^/]+/(?:core|apps|batch|autoscaling|policy|[^/]+\\.[^/]+))/(?:[^/]+/)*[^/]+${END}`,
      ),
    ],
    reason: 'cluster-scoped-resources/ and namespaces/ by group and resource',
  },
  {
    name: 'cluster-info-dump',
    needs: [
      new RegExp(`^nodes${END}`),
      new RegExp(
        `^[^/]+/(?:pods|services|daemonsets|deployments|replicasets|replication-controllers|events)${END}`,
      ),
    ],
    reason: 'nodes and <namespace>/pods, services, deployments ...',
  },
  {
    name: 'rancher-bundle',
    needs: [new RegExp(`^[a-z]+\\.(?:[a-z0-9.-]+)#v[0-9][a-z0-9]*/(?:[^/]+/)?[^/]+${END}`)],
    reason: '<resource>.<group>#<version>/<namespace>/',
  },
];

/** Whether a container is a layout and not only a way of packing. */
export function isLayout(container: string | undefined): container is LayoutName {
  return SHAPES.some(shape => shape.name === container);
}

/** How deep below the top a layout may begin. */
const DEEPEST = 16;

/** The layout of the paths of an archive or folder; undefined for a plain one. The highest folder that has it counts. */
export function layoutOf(paths: readonly string[]): Layout | undefined {
  for (const { name, needs, reason } of SHAPES) {
    const met = needs.map(need => foldersThatMeet(paths, need));
    const [folder] = [...(met[0] ?? [])]
      .filter(candidate => met.every(folders => folders.has(candidate)))
      .sort((a, b) => depthOf(a) - depthOf(b) || compareText(a, b));
    if (folder !== undefined)
      return { name, folder: name === 'must-gather' ? above(folder) : folder, reason };
  }
  return undefined;
}

/** Folders from which on a path has a form. */
function foldersThatMeet(paths: readonly string[], form: RegExp): ReadonlySet<string> {
  const folders = new Set<string>();
  for (const path of paths)
    for (let at = 0, depth = 0; at >= 0 && depth <= DEEPEST; depth++) {
      if (form.test(path.slice(at))) folders.add(at === 0 ? '' : path.slice(0, at - 1));
      const next = path.indexOf('/', at);
      at = next < 0 ? -1 : next + 1;
    }
  return folders;
}

function depthOf(folder: string): number {
  return folder === '' ? 0 : folder.split('/').length;
}

/** A must-gather has a folder for each image that collected; what belongs together is the folder above. */
function above(folder: string): string {
  const cut = folder.lastIndexOf('/');
  return /[-@]sha256-[0-9a-f]{8,64}$/.test(folder) && cut >= 0 ? folder.slice(0, cut) : folder;
}
