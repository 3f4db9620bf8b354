// Reads a stored file as numbered lines, the cited ones marked. Only what is visible is drawn.
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, type ReactElement, type ReactNode } from 'react';

const LINE = 18;

/** A stretch of lines of a file. */
export interface SourceLines {
  /** 1-based number of the first line here. */
  readonly first: number;
  readonly lines: readonly string[];
  /** Whether the file goes on before or after. */
  readonly more: boolean;
}

/** Lines with numbers; `line` to `endLine` are marked and brought into view. */
export function SourceView({
  label,
  source,
  line,
  endLine,
  head,
}: {
  readonly label: string;
  readonly source: SourceLines;
  readonly line?: number | undefined;
  readonly endLine?: number | undefined;
  readonly head?: ReactNode;
}): ReactElement {
  const frame = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: source.lines.length,
    getScrollElement: () => frame.current,
    estimateSize: () => LINE,
    overscan: 20,
  });
  const wanted = line === undefined ? undefined : line - source.first;
  useEffect(() => {
    if (wanted !== undefined && wanted >= 0) virtual.scrollToIndex(wanted, { align: 'center' });
  }, [wanted, source, virtual]);
  const longest = source.lines.reduce((most, text) => Math.max(most, Math.min(text.length, 4000)), 0);
  return (
    <div className="v-source">
      {head === undefined ? undefined : <div className="v-source__bar">{head}</div>}
      <div ref={frame} className="v-source__lines" tabIndex={0} role="region" aria-label={label}>
        <div
          style={{
            height: virtual.getTotalSize(),
            position: 'relative',
            minWidth: `calc(${longest}ch + 88px)`,
          }}
        >
          {virtual.getVirtualItems().map(item => {
            const number = source.first + item.index;
            const on = line !== undefined && number >= line && number <= (endLine ?? line);
            return (
              <div
                key={item.key}
                className={on ? 'v-source__line v-source__line--on' : 'v-source__line'}
                style={{ transform: `translateY(${item.start}px)` }}
                aria-current={on ? 'location' : undefined}
              >
                <span className="v-source__number">{number}</span>
                <span>{(source.lines[item.index] ?? '').slice(0, 4000)}</span>
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}
