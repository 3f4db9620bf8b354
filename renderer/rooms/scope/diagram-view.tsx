// The CDE diagram of the report, drawn from the same display list, in the colours of the theme. The decisions table
// is its twin; "Save SVG" writes the very drawing that the report prints.
import { useEffect, useState, type ReactElement } from 'react';
import type { Problem } from '../../../shared/base/result.ts';
import { arrowHead, type Drawing, type Shape } from '../../../shared/report/diagram/drawing.ts';
import { printSvg } from '../../../shared/report/diagram/print-svg.ts';
import { useAppState, useWorkbench } from '../../data/use-workbench.ts';
import { Button } from '../../kit/button.tsx';
import { EmptyState } from '../../kit/notice.tsx';

/** The diagram of each shown cluster. */
export function DiagramView({ clusters }: { readonly clusters: readonly string[] }): ReactElement {
  return (
    <div className="v-diagrams v-scroll" tabIndex={0} role="region" aria-label="CDE diagram">
      {clusters.map(cluster => (
        <ClusterDiagram key={cluster} cluster={cluster} />
      ))}
    </div>
  );
}

function ClusterDiagram({ cluster }: { readonly cluster: string }): ReactElement | undefined {
  const workbench = useWorkbench();
  const judgement = useAppState(state => state.judgement);
  const [drawing, setDrawing] = useState<Drawing>();
  const [problem, setProblem] = useState<Problem>();
  useEffect(() => {
    let current = true;
    void workbench.core.call('diagram', { cluster }).answer.then(answer => {
      if (!current) return;
      if (answer.ok) setDrawing(answer.value);
      else setProblem(answer.problem);
    });
    return () => {
      current = false;
    };
  }, [workbench, cluster, judgement]);
  if (problem !== undefined) return <EmptyState title="No diagram">{problem.message}</EmptyState>;
  if (drawing === undefined) return undefined;
  const save = async (): Promise<void> => {
    const bytes = new TextEncoder().encode(printSvg(drawing));
    const saved = await workbench.bridge.saveFile({ purpose: 'table', name: `cde-${cluster}.svg`, bytes });
    if (!saved.ok) workbench.notify('bad', saved.error.message);
  };
  return (
    <figure className="v-diagram">
      <svg
        viewBox={`0 0 ${drawing.width} ${drawing.height}`}
        role="img"
        aria-label={`${drawing.title}. ${drawing.alt}`}
      >
        {drawing.shapes.map((shape, index) => (
          <ShapeView key={index} shape={shape} />
        ))}
      </svg>
      <Button small icon="download" onPress={() => void save()}>
        Save SVG
      </Button>
    </figure>
  );
}

function ShapeView({ shape }: { readonly shape: Shape }): ReactElement {
  switch (shape.kind) {
    case 'box':
      return (
        <rect
          x={shape.x}
          y={shape.y}
          width={shape.width}
          height={shape.height}
          rx={shape.radius}
          className={`v-fill--${shape.fill} v-stroke--${shape.weight === 0 ? 'none' : shape.stroke}`}
          strokeWidth={shape.weight}
          strokeDasharray={dashOf(shape)}
        />
      );
    case 'line':
      return (
        <>
          <polyline
            points={pointsOf(shape.points)}
            className={`v-fill--none v-stroke--${shape.stroke}`}
            strokeWidth={shape.weight}
            strokeDasharray={dashOf(shape)}
          />
          {shape.arrow ? (
            <polygon
              points={pointsOf(arrowHead(shape.points, 4 + shape.weight * 2))}
              className={`v-fill--${shape.stroke}`}
            />
          ) : undefined}
        </>
      );
    case 'label':
      return (
        <text
          x={shape.x}
          y={shape.y}
          fontSize={shape.size}
          textAnchor={shape.anchor}
          className={`v-face--${shape.face} v-fill--${shape.tint}`}
        >
          {shape.text}
        </text>
      );
  }
}

function dashOf(shape: Shape & { readonly kind: 'box' | 'line' }): string | undefined {
  return shape.dash === 'solid' ? undefined : shape.dash === 'dashed' ? '4 2.4' : '1.1 2';
}

function pointsOf(points: readonly (readonly [number, number])[]): string {
  return points.map(([x, y]) => `${x},${y}`).join(' ');
}
