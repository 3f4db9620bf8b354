// What is said of a collection as a whole because of the tool that wrote it: what it never holds, a scope that is
// probably a mistake, filters, and names that were replaced (intake notes 1.2, 1.5, 1.7).
import { sortedUnique } from '../base/order.ts';
import { listAt } from '../model/read.ts';
import { dumpFoldersOf } from './dump-folders.ts';
import type { Diagnostic, IntakeFile } from './intake.ts';
import { isLayout, type LayoutName } from './layouts.ts';
import type { UnplacedObject } from './read-object.ts';

/** Remarks on every archive and dump folder among files; `objects` are those read from some paths. */
export function layoutRemarks(
  files: readonly IntakeFile[],
  objects: (isInside: (path: string) => boolean) => readonly UnplacedObject[],
): readonly Diagnostic[] {
  const below = (prefix: string) => objects(path => path.startsWith(prefix));
  const archives = files.flatMap(file => archivesIn(file));
  return [
    ...archives.flatMap(({ path, container }) =>
      isLayout(container) ? remarksOn(container, path, below(`${path}!/`)) : [],
    ),
    ...dumpFoldersOf(files).folders.flatMap(({ layout }) =>
      remarksOn(layout.name, layout.folder, below(`${layout.folder}/`)),
    ),
  ];
}

function archivesIn(file: IntakeFile): readonly IntakeFile[] {
  return file.members === undefined ? [] : [file, ...file.members.flatMap(archivesIn)];
}

function remarksOn(
  name: LayoutName,
  file: string,
  objects: readonly UnplacedObject[],
): readonly Diagnostic[] {
  const namespaces = sortedUnique(objects.flatMap(object => object.meta.namespace ?? []));
  const say = (code: string, severity: Diagnostic['severity'], message: string): Diagnostic => ({
    code: `intake.layout.${code}`,
    severity,
    message,
    file,
  });
  switch (name) {
    case 'cluster-info-dump':
      return [
        say(
          'no-policies',
          'warning',
          'A cluster-info dump never holds NetworkPolicies, Namespaces, Ingresses or RBAC: it shows inventory, not segmentation; policies of this cluster are not collected',
        ),
        ...(namespaces.join(' ') === 'default kube-system'
          ? [
              say(
                'default-scope',
                'warning',
                'Holds the namespaces default and kube-system alone, as kubectl cluster-info dump does without --all-namespaces; other namespaces are not collected',
              ),
            ]
          : []),
      ];
    case 'must-gather': {
      const isPlatform = namespaces.length > 0 && namespaces.every(one => PLATFORM.test(one));
      return [
        ...(isPlatform
          ? [
              say(
                'platform-only',
                'warning',
                'Holds namespaces of the platform alone; those of applications are not collected (oc adm inspect ns/NAME adds one)',
              ),
            ]
          : []),
        ...(objects.some(object => CLEANED.test(JSON.stringify(object.body)))
          ? [
              say(
                'cleaned',
                'warning',
                'Addresses or names were replaced by must-gather-clean: they cannot be matched with logs',
              ),
            ]
          : []),
      ];
    }
    case 'velero':
      return filtersOf(objects.filter(object => object.kind === 'Backup')).map(text =>
        say('filtered', 'warning', `The backup was filtered (${text}): what it left out is not collected`),
      );
    case 'support-bundle':
    case 'rancher-bundle':
    case 'vouch-collection':
      return [];
  }
}

const PLATFORM = /^(?:openshift(?:-.*)?|kube-.*|default)$/;
const CLEANED = /x-(?:ipv4|ipv6|mac)-\d{6,}-x/;
const FILTERS = [
  'includedNamespaces',
  'excludedNamespaces',
  'includedResources',
  'excludedResources',
] as const;

function filtersOf(backups: readonly UnplacedObject[]): readonly string[] {
  return sortedUnique(
    backups.flatMap(({ body, apiVersion }) => {
      if (!apiVersion.startsWith('velero.io/')) return [];
      return FILTERS.flatMap(filter => {
        const names = listAt(body, 'spec', filter).flatMap(item =>
          typeof item === 'string' && item !== '*' ? [item] : [],
        );
        return names.length === 0 ? [] : [`${filter}: ${names.join(', ')}`];
      });
    }),
  );
}
