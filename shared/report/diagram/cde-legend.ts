// Column heads and legend of the CDE diagram: what lines and boxes mean, the date of the data, what was not seen.
import { COLUMNS, type CdeGraph, type ColumnName, type GraphBox } from './cde-graph.ts';
import { BOX, boxLook, GROUP, label } from './cde-places.ts';
import type { Shape } from './drawing.ts';
import { fitLabel } from './text-width.ts';

/** What the drawing says about its data. */
export interface DiagramNote {
  /** `2026-02-10`, or words for an unknown date. */
  readonly date: string;
  /** One line: what was and was not collected. */
  readonly coverage: string;
}

/** Titles over the columns. */
export function columnHeads(
  columns: Readonly<Record<ColumnName, number>>,
  graph: CdeGraph,
): readonly Shape[] {
  const titles: Readonly<Record<ColumnName, string>> = {
    external: 'Outside the cluster',
    connected: 'Connected-to',
    cde: 'CDE',
    'security-impacting': 'Security-impacting',
  };
  return COLUMNS.flatMap(name => {
    const boxes = graph.boxes.filter(box => box.column === name).length;
    const x = columns[name] - GROUP.pad;
    const line: Shape = {
      kind: 'line',
      points: [
        [x, 24],
        [x + BOX.width + GROUP.pad * 2, 24],
      ],
      stroke: name === 'cde' ? 'cde' : 'ink',
      weight: name === 'cde' ? 2 : 0.9,
      dash: 'solid',
      arrow: false,
    };
    const none = label(x, 38, 'none', 8, 'regular', 'muted');
    return [
      label(x, 17, titles[name], 10, 'semibold', name === 'cde' ? 'cde' : 'ink'),
      line,
      ...(boxes === 0 ? [none] : []),
    ];
  });
}

/** The legend at height `y`. */
export function legend(y: number, width: number, graph: CdeGraph, note: DiagramNote): readonly Shape[] {
  const sample = (x: number, category: GraphBox['category'], text: string): readonly Shape[] => [
    {
      kind: 'box',
      x,
      y: y + 10,
      width: 20,
      height: 11,
      ...boxLook({ category, column: 'cde', id: '', namespace: '', title: '', detail: '' }),
      ...(category === 'external' ? { radius: 5.5 } : {}),
    },
    label(x + 26, y + 18.5, text, 8, 'regular', 'ink'),
  ];
  const line = (x: number, dash: 'solid' | 'dashed', text: string): readonly Shape[] => [
    {
      kind: 'line',
      points: [
        [x, y + 30],
        [x + 20, y + 30],
      ],
      stroke: dash === 'solid' ? 'ink' : 'assess',
      weight: 0.9,
      dash,
      arrow: true,
    },
    label(x + 26, y + 32.5, text, 8, 'regular', 'ink'),
  ];
  const step = Math.max(104, width / 5);
  const hidden = `${graph.outOfScope} out-of-scope ${graph.outOfScope === 1 ? 'candidate' : 'candidates'} not drawn`;
  return [
    {
      kind: 'line',
      points: [
        [0, y],
        [width, y],
      ],
      stroke: 'hairline',
      weight: 0.6,
      dash: 'solid',
      arrow: false,
    },
    ...sample(0, 'cde', 'CDE'),
    ...sample(step * 0.7, 'connected', 'Connected-to'),
    ...sample(step * 1.7, 'security-impacting', 'Security-impacting'),
    ...sample(step * 2.9, 'undetermined', 'Undetermined'),
    ...sample(step * 3.9, 'external', 'Outside'),
    ...line(0, 'solid', 'policies allow (number = row of the table)'),
    ...line(step * 2.1, 'dashed', 'the files cannot tell'),
    label(0, y + 47, `Data: ${note.date}. ${hidden}.`, 8, 'regular', 'muted'),
    label(0, y + 58, fitLabel(note.coverage, width, 8, 'regular'), 8, 'regular', 'muted'),
  ];
}
