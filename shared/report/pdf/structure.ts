// Writes what jsPDF lacks: the tagged structure (StructTreeRoot, ParentTree), outline with exact places, language,
// title bar and page labels. Follows ISO 32000-1, 14.7 and 12.3.3; hooks of jspdf-internals.ts.
import type { jsPDF } from 'jspdf';
import { internalsOf, pdfText } from './jspdf-internals.ts';
import type { Anchor, ContentMark, StructureNode } from './page.ts';
import { PAPER } from './theme.ts';

/** Registers the hooks; the structure may still be filled until the document is written. */
export function writeStructure(document: jsPDF, root: StructureNode, anchors: readonly Anchor[]): void {
  const internals = internalsOf(document);
  let structure = 0;
  let outline = 0;
  internals.events.subscribe('putPage', ({ pageNumber }: { readonly pageNumber: number }) => {
    internals.write(`/StructParents ${pageNumber - 1}`, '/Tabs /S');
  });
  internals.events.subscribe('postPutResources', () => {
    structure = putStructure(document, root);
    outline = putOutline(document, anchors);
  });
  internals.events.subscribe('putCatalog', () => {
    internals.write('/Version /1.7');
    internals.write('/Lang (en-GB)');
    internals.write('/MarkInfo <</Marked true>>');
    internals.write('/ViewerPreferences <</DisplayDocTitle true>>');
    internals.write(`/StructTreeRoot ${structure} 0 R`);
    if (outline > 0) internals.write(`/Outlines ${outline} 0 R`);
  });
}

function isMark(kid: StructureNode | ContentMark): kid is ContentMark {
  return 'mcid' in kid;
}

/** Elements that hold nothing are left out. */
function holdsContent(node: StructureNode): boolean {
  return node.kids.some(kid => isMark(kid) || holdsContent(kid));
}

function putStructure(document: jsPDF, root: StructureNode): number {
  const internals = internalsOf(document);
  const rootId = internals.newObjectDeferred();
  const parents = internals.newObjectDeferred();
  /** Elements by page and marked-content number. */
  const byPage: number[][] = [];
  const putObject = (id: number, body: string): void => {
    internals.newObjectDeferredBegin(id, true);
    internals.write(body, '\nendobj');
  };
  const putNode = (node: StructureNode, parent: number): number => {
    const id = internals.newObjectDeferred();
    const kids = node.kids.flatMap(kid => (isMark(kid) || holdsContent(kid) ? [kid] : []));
    const pages = new Set(kids.map(kid => (isMark(kid) ? kid.page : -1)));
    const [only] = pages.size === 1 ? pages : [];
    /** The page once for all marks where they share it, else with each. */
    const shared = only === undefined || only < 0 ? undefined : internals.getPageInfo(only + 1).objId;
    const refs = kids.map(kid => {
      if (!isMark(kid)) return `${putNode(kid, id)} 0 R`;
      (byPage[kid.page] ??= [])[kid.mcid] = id;
      if (shared !== undefined) return String(kid.mcid);
      return `<</Type /MCR /Pg ${internals.getPageInfo(kid.page + 1).objId} 0 R /MCID ${kid.mcid}>>`;
    });
    const list = refs.length === 1 ? (refs[0] ?? '') : `[${refs.join(' ')}]`;
    const page = shared === undefined ? '' : `/Pg ${shared} 0 R`;
    const alt = node.alt === undefined ? '' : ` /Alt ${pdfText(node.alt)}`;
    const scope = node.role === 'TH' ? ' /A <</O /Table /Scope /Column>>' : '';
    putObject(id, `<</S/${node.role}/P ${parent} 0 R${page}${alt}${scope}/K ${list}>>`);
    return id;
  };
  const documentId = putNode(root, rootId);
  const numbers = byPage.map((ids, page) => `${page} [${ids.map(id => `${id} 0 R`).join(' ')}]`);
  putObject(parents, `<</Nums [${numbers.filter(text => text !== '').join('\n')}]>>`);
  putObject(
    rootId,
    `<</Type /StructTreeRoot /K ${documentId} 0 R /ParentTree ${parents} 0 R /ParentTreeNextKey ${byPage.length}>>`,
  );
  return rootId;
}

interface OutlineItem {
  readonly anchor: Anchor;
  readonly kids: OutlineItem[];
}

function putOutline(document: jsPDF, anchors: readonly Anchor[]): number {
  if (anchors.length === 0) return 0;
  const internals = internalsOf(document);
  const rootId = internals.newObjectDeferred();
  const items = nested(anchors);
  const putLevel = (level: readonly OutlineItem[], parent: number): readonly number[] => {
    const ids = level.map(() => internals.newObjectDeferred());
    level.forEach(({ anchor, kids }, index) => {
      const id = ids[index] ?? 0;
      const below = putLevel(kids, id);
      const page = internals.getPageInfo(anchor.page).objId;
      const top = (PAPER.height - Math.max(0, anchor.y)).toFixed(2);
      const links = [
        ...(index > 0 ? [`/Prev ${ids[index - 1] ?? 0} 0 R`] : []),
        ...(index < ids.length - 1 ? [`/Next ${ids[index + 1] ?? 0} 0 R`] : []),
        ...(below.length > 0
          ? [`/First ${below[0] ?? 0} 0 R /Last ${below.at(-1) ?? 0} 0 R /Count ${-below.length}`]
          : []),
      ].join(' ');
      internals.newObjectDeferredBegin(id, true);
      internals.write(
        `<</Title ${pdfText(anchor.title)} /Parent ${parent} 0 R /Dest [${page} 0 R /XYZ 0 ${top} 0] ${links}>>`,
        '\nendobj',
      );
    });
    return ids;
  };
  const ids = putLevel(items, rootId);
  internals.newObjectDeferredBegin(rootId, true);
  internals.write(
    `<</Type /Outlines /First ${ids[0] ?? 0} 0 R /Last ${ids.at(-1) ?? 0} 0 R /Count ${ids.length}>>`,
    '\nendobj',
  );
  return rootId;
}

function nested(anchors: readonly Anchor[]): readonly OutlineItem[] {
  const top: OutlineItem[] = [];
  const path: OutlineItem[] = [];
  for (const anchor of anchors) {
    const item = { anchor, kids: [] };
    while (path.length > 0 && (path.at(-1)?.anchor.level ?? 0) >= anchor.level) path.pop();
    (path.at(-1)?.kids ?? top).push(item);
    path.push(item);
  }
  return top;
}
