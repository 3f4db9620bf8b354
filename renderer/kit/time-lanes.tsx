// Lanes over one time axis: stretches that are there, gaps between them hatched, single instants as diamonds. A gap is
// never bridged and never thinner than an eye can see. One tab stop; up and down choose a lane, Enter opens it.
import { useVirtualizer } from '@tanstack/react-virtual';
import {
  useEffect,
  useId,
  useMemo,
  useRef,
  useState,
  type KeyboardEvent,
  type ReactElement,
  type ReactNode,
} from 'react';
import { placeAt, timeTicks, type Tick, type TimeSpan } from './time-scale.ts';

/** A stretch of a lane: there, known to be missing, or not known. */
export interface Stretch extends TimeSpan {
  readonly kind: 'there' | 'gap' | 'unknown';
}

/** One lane. */
export interface Lane {
  readonly id: string;
  readonly title: string;
  /** What it says, for those who hear it. */
  readonly summary: string;
  readonly stretches: readonly Stretch[];
  /** Instants without length. */
  readonly points: readonly number[];
  /** Words at its end. */
  readonly notes: ReactNode;
}

/** A stretch behind all lanes, with its name. */
export interface LaneBand extends TimeSpan {
  readonly title: string;
}

const ROW = 28;
const NAMES = 220;
const NOTES = 190;

/** Lanes with their axis. */
export function TimeLanes({
  label,
  lanes,
  span,
  band,
  selected,
  onSelect,
  onOpen,
}: {
  readonly label: string;
  readonly lanes: readonly Lane[];
  readonly span: TimeSpan;
  readonly band: LaneBand | undefined;
  readonly selected: string | undefined;
  readonly onSelect: (id: string) => void;
  readonly onOpen: (id: string) => void;
}): ReactElement {
  const id = useId();
  const frame = useRef<HTMLDivElement>(null);
  const [room, setRoom] = useState(600);
  useEffect(() => {
    const box = frame.current;
    if (box === null) return;
    const watch = new ResizeObserver(() => setRoom(box.clientWidth));
    watch.observe(box);
    return () => watch.disconnect();
  }, []);
  const width = Math.max(160, room - NAMES - NOTES);
  const ticks = useMemo(() => timeTicks(span, width), [span, width]);
  const virtual = useVirtualizer({
    count: lanes.length,
    getScrollElement: () => frame.current,
    estimateSize: () => ROW,
    overscan: 8,
    scrollPaddingStart: ROW,
  });
  const active = lanes.findIndex(lane => lane.id === selected);
  const isDrawn = active >= 0 && virtual.getVirtualItems().some(item => item.index === active);
  useEffect(() => {
    if (active >= 0) virtual.scrollToIndex(active);
  }, [virtual, active]);
  const go = (index: number): void => {
    const at = Math.max(0, Math.min(lanes.length - 1, index));
    const lane = lanes[at];
    if (lane === undefined) return;
    onSelect(lane.id);
    virtual.scrollToIndex(at);
  };
  const press = (event: KeyboardEvent): void => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === 'ArrowDown') go(active + 1);
    else if (event.key === 'ArrowUp') go(Math.max(0, active - 1));
    else if (event.key === 'Home') go(0);
    else if (event.key === 'End') go(lanes.length - 1);
    else if (event.key === 'Enter' && selected !== undefined && active >= 0) onOpen(selected);
    else return;
    event.preventDefault();
  };
  const draw = { span, width, ticks, band, patterns: id };
  return (
    <div className="v-lanes">
      <Patterns id={id} />
      <div
        ref={frame}
        className="v-lanes__frame"
        role="listbox"
        aria-label={label}
        tabIndex={0}
        aria-activedescendant={isDrawn ? `${id}-${active}` : undefined}
        onKeyDown={press}
      >
        <Axis {...draw} />
        <div role="presentation" className="v-lanes__body" style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map(item => {
            const lane = lanes[item.index];
            if (lane === undefined) return undefined;
            return (
              <div
                key={item.key}
                id={`${id}-${item.index}`}
                role="option"
                aria-selected={item.index === active}
                aria-label={`${lane.title}: ${lane.summary}`}
                aria-setsize={lanes.length}
                aria-posinset={item.index + 1}
                className="v-lane"
                style={{ transform: `translateY(${item.start}px)` }}
                onClick={() => go(item.index)}
                onDoubleClick={() => onOpen(lane.id)}
              >
                <span className="v-lane__title v-mono" title={lane.title}>
                  <bdi>{lane.title}</bdi>
                </span>
                <LaneDrawing lane={lane} {...draw} />
                <span className="v-lane__notes">{lane.notes}</span>
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}

interface Drawing {
  readonly span: TimeSpan;
  readonly width: number;
  readonly ticks: readonly Tick[];
  readonly band: LaneBand | undefined;
  readonly patterns: string;
}

function LaneDrawing({ lane, ...draw }: Drawing & { readonly lane: Lane }): ReactElement {
  const { span, width } = draw;
  return (
    <svg className="v-lane__drawing" width={width} height={ROW} aria-hidden="true">
      <Ground {...draw} />
      {drawingOrder(lane.stretches).map((stretch, index) => {
        const box = boxOf(stretch, span, width, stretch.kind === 'there' ? 2 : 5);
        if (box === undefined) return undefined;
        const fill = stretch.kind === 'there' ? {} : { fill: `url(#${draw.patterns}-${stretch.kind})` };
        return (
          <rect
            key={index}
            className={`v-lane__stretch v-lane__stretch--${stretch.kind}`}
            x={box.x}
            width={box.width}
            y={8}
            height={ROW - 16}
            {...fill}
          />
        );
      })}
      {lane.points.map(at => {
        const x = placeAt(at, span, width);
        return x < 0 || x > width ? undefined : (
          <path key={at} className="v-lane__point" d={`M${x} 8l6 6-6 6-6-6z`} />
        );
      })}
      <Beyond lane={lane} span={span} width={width} />
    </svg>
  );
}

/** Signs at the edges where a lane goes on outside the shown time, so that an empty lane is not read as silent. */
function Beyond({
  lane,
  span,
  width,
}: {
  readonly lane: Lane;
  readonly span: TimeSpan;
  readonly width: number;
}): ReactElement {
  const begins = [...lane.stretches.map(item => item.from), ...lane.points];
  const ends = [...lane.stretches.map(item => item.to), ...lane.points];
  return (
    <>
      {begins.some(at => at < span.from) ? <path className="v-lane__beyond" d="M9 10l-4 4 4 4" /> : undefined}
      {ends.some(at => at > span.to) ? (
        <path className="v-lane__beyond" d={`M${width - 9} 10l4 4-4 4`} />
      ) : undefined}
    </>
  );
}

/** Grid lines, and the band behind the lanes. */
function Ground({ span, width, ticks, band }: Drawing): ReactElement {
  const box = band === undefined ? undefined : boxOf(band, span, width);
  return (
    <>
      {box === undefined ? undefined : (
        <rect className="v-lane__band" x={box.x} width={box.width} y={0} height={ROW} />
      )}
      {ticks.map(tick => {
        const x = Math.round(placeAt(tick.at, span, width)) + 0.5;
        return <line key={tick.at} className="v-lane__grid" x1={x} x2={x} y1={0} y2={ROW} />;
      })}
    </>
  );
}

function Axis(draw: Drawing): ReactElement {
  const { span, width, ticks, band } = draw;
  const box = band === undefined ? undefined : boxOf(band, span, width);
  return (
    <div className="v-lanes__axis" aria-hidden="true">
      <span className="v-lanes__unit">UTC</span>
      <svg width={width} height={ROW}>
        {box === undefined ? undefined : (
          <rect className="v-lane__band" x={box.x} width={box.width} y={0} height={ROW} />
        )}
        {ticks.map(tick => {
          const x = placeAt(tick.at, span, width);
          // A name that would not fit before the end is left out; its line stays.
          const fits = x < width - (tick.isMajor ? 76 : 44);
          return (
            <g key={tick.at}>
              <line className="v-lane__grid" x1={x} x2={x} y1={20} y2={ROW} />
              <text
                className={tick.isMajor ? 'v-lanes__tick v-lanes__tick--major' : 'v-lanes__tick'}
                x={x + 4}
                y={17}
              >
                {fits ? tick.text : ''}
              </text>
            </g>
          );
        })}
      </svg>
    </div>
  );
}

function Patterns({ id }: { readonly id: string }): ReactElement {
  return (
    <svg className="v-lanes__patterns" width="0" height="0" aria-hidden="true">
      <defs>
        <pattern
          id={`${id}-gap`}
          width="5"
          height="5"
          patternUnits="userSpaceOnUse"
          patternTransform="rotate(45)"
        >
          <rect className="v-lane__ground" width="5" height="5" />
          <line className="v-lane__hatch" x1="0" x2="0" y1="0" y2="5" />
        </pattern>
        <pattern id={`${id}-unknown`} width="4" height="4" patternUnits="userSpaceOnUse">
          <rect className="v-lane__ground" width="4" height="4" />
          <circle className="v-lane__dots" cx="2" cy="2" r="0.9" />
        </pattern>
      </defs>
    </svg>
  );
}

/** What is missing is drawn over what is there, so that a short gap is not hidden by its neighbours. */
function drawingOrder(stretches: readonly Stretch[]): readonly Stretch[] {
  return [
    ...stretches.filter(item => item.kind === 'there'),
    ...stretches.filter(item => item.kind !== 'there'),
  ];
}

/** Where a stretch is drawn: never thinner than a few pixels, nothing outside. */
function boxOf(
  stretch: TimeSpan,
  span: TimeSpan,
  width: number,
  least = 2,
): { readonly x: number; readonly width: number } | undefined {
  const from = placeAt(stretch.from, span, width);
  const to = placeAt(stretch.to, span, width);
  if (to < 0 || from > width) return undefined;
  const x = Math.max(0, Math.min(from, width - least));
  return { x, width: Math.max(least, Math.min(to, width) - x) };
}
