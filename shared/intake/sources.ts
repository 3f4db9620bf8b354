// Sources in an order of their own, each under a path that no other has. The same file given twice (`-c folder` and
// `-f folder/flows.log`) counts once; different files that show the same path get numbers by their digests.
import type { Digest } from '../base/brand.ts';
import { hex } from '../base/digest.ts';
import { compareBy, compareText } from '../base/order.ts';
import type { Diagnostic, IntakeContext, IntakeSource } from './intake.ts';

/** Sources ready to be read, and what is to be said about them. */
export interface OrderedSources {
  readonly sources: readonly IntakeSource[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Orders sources, so that nothing depends on the order they were given in. */
export async function orderSources(
  given: readonly IntakeSource[],
  context: Pick<IntakeContext, 'digests'>,
): Promise<OrderedSources> {
  const byPath = new Map<string, IntakeSource[]>();
  for (const source of given) {
    const group = byPath.get(source.file.path);
    if (group === undefined) byPath.set(source.file.path, [source]);
    else group.push(source);
  }
  const sources: IntakeSource[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const [path, group] of [...byPath].sort((a, b) => compareText(a[0], b[0]))) {
    const [only, ...others] = group;
    if (only !== undefined && others.length === 0) {
      const isMember = looksLikeMember(path, byPath);
      sources.push(isMember ? renamed(only, `${path}~2`) : only);
      if (isMember) diagnostics.push(samePath(path, 2));
    } else {
      const parted = await partGroup(path, group, context);
      sources.push(...parted.sources);
      diagnostics.push(...parted.diagnostics);
    }
  }
  return { sources, diagnostics };
}

/** Whether another file was given of which this path names a member. */
function looksLikeMember(path: string, given: ReadonlyMap<string, unknown>): boolean {
  for (let at = path.indexOf('!/'); at >= 0; at = path.indexOf('!/', at + 1))
    if (given.has(path.slice(0, at))) return true;
  return false;
}

function samePath(file: string, count: number): Diagnostic {
  return {
    code: 'intake.file.same-path',
    severity: 'info',
    message: `${count} files were given under this path; the others are shown with a number`,
    file,
  };
}

/** Sources of one path: equal bytes once for every cluster name, the rest numbered. */
async function partGroup(
  path: string,
  group: readonly IntakeSource[],
  context: Pick<IntakeContext, 'digests'>,
): Promise<OrderedSources> {
  const digested: { readonly source: IntakeSource; readonly digest: Digest }[] = [];
  for (const source of group) digested.push({ source, digest: await digestOfFile(source, context) });
  digested.sort(
    compareBy(
      item => item.digest,
      item => (item.source.cluster === undefined ? 1 : 0),
      item => item.source.cluster ?? '',
      item => (item.source.role === 'any' ? 1 : 0),
      item => item.source.role,
    ),
  );
  const kept: IntakeSource[] = [];
  const seen = new Map<Digest, Set<string | undefined>>();
  for (const { source, digest } of digested) {
    const names = seen.get(digest) ?? new Set();
    if (names.has(source.cluster) || (source.cluster === undefined && names.size > 0)) continue;
    seen.set(digest, names.add(source.cluster));
    kept.push(kept.length === 0 ? source : renamed(source, `${path}~${kept.length + 1}`));
  }
  if (kept.length <= 1) return { sources: kept, diagnostics: [] };
  return { sources: kept, diagnostics: [samePath(path, kept.length)] };
}

function renamed(source: IntakeSource, path: string): IntakeSource {
  const { file } = source;
  return {
    ...source,
    file: {
      path,
      ...(file.size === undefined ? {} : { size: file.size }),
      open: () => file.open(),
    },
  };
}

async function digestOfFile(source: IntakeSource, context: Pick<IntakeContext, 'digests'>): Promise<Digest> {
  const running = context.digests.start();
  for await (const chunk of source.file.open()) running.update(chunk);
  return `sha256:${hex(running.finish())}` as Digest;
}
