// A histogram with two handles: the shape without filters in grey, what the other filters leave in colour.

import { type Schema, useRef, useState } from "../kit";
import { areWhole, edgesOf, edgesWithin, rangeBetween } from "./bins";
import type { Range } from "./list_state";
import { number } from "./words";

interface HistogramProps {
  facet: Schema["FacetView"];
  range: Range;
  /** The ends in words. */
  words?: (value: number) => string;
  onChange: (range: Range) => void;
}

const WIDTH = 160;
const HEIGHT = 40;

export function Histogram({ facet, range, onChange, words = number }: HistogramProps) {
  const edges = edgesOf(facet.buckets);
  const whole = facet.kind !== "times" && areWhole(edges, facet.quantiles);
  const bins = facet.buckets.length;
  const [dragged, setDragged] = useState<[number, number] | null>(null);
  const box = useRef<HTMLDivElement>(null);
  const [low, high] = dragged ?? edgesWithin(edges, range, whole);
  const most = Math.max(1, ...facet.buckets.map((bucket) => bucket.all));
  const width = WIDTH / bins;
  const bar = (n: number, i: number, name: string) => {
    const height = n === 0 ? 0 : Math.max(1, (n / most) * HEIGHT);
    return n > 0 && <rect class={name} x={i * width + 0.3} y={HEIGHT - height} width={Math.max(0.4, width - 0.6)} height={height} />;
  };
  const done = (next: [number, number]) => {
    setDragged(null);
    const wanted = rangeBetween(edges, next[0], next[1], whole);
    if (wanted[0] !== range[0] || wanted[1] !== range[1]) onChange(wanted);
  };
  const move = (which: 0 | 1, edge: number): [number, number] =>
    which === 0 ? [Math.min(Math.max(0, edge), high - 1), high] : [low, Math.max(Math.min(bins, edge), low + 1)];
  const edgeAt = (event: PointerEvent) => {
    const area = box.current?.getBoundingClientRect();
    return area ? Math.round(((event.clientX - area.left) / area.width) * bins) : 0;
  };
  const handle = (which: 0 | 1) => {
    const at = which === 0 ? low : high;
    const key = (event: KeyboardEvent) => {
      const step = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageUp: 5, PageDown: -5, Home: -bins, End: bins }[event.key];
      if (step === undefined) return;
      event.preventDefault();
      done(move(which, at + step));
    };
    return (
      <span
        class="hd" role="slider" tabIndex={0} aria-label={`${facet.column} ${which === 0 ? "from" : "to"}`}
        aria-valuemin={edges[0]} aria-valuemax={edges.at(-1)} aria-valuenow={edges[at]} aria-valuetext={words(edges[at] ?? 0)} style={{ left: `${(at / bins) * 100}%` }}
        onKeyDown={key}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          setDragged([low, high]);
        }}
        onPointerMove={(event) => event.currentTarget.hasPointerCapture(event.pointerId) && setDragged(move(which, edgeAt(event)))}
        onPointerUp={(event) => dragged && done(move(which, edgeAt(event)))}
      />
    );
  };
  const set = range[0] !== null || range[1] !== null || dragged !== null;
  return (
    <div class="br">
      <div class="hb" ref={box}>
        <svg class="hist" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
          {facet.buckets.map((bucket, i) => bar(bucket.all, i, "o"))}
          {facet.buckets.map((bucket, i) => i >= low && i < high && bar(bucket.count, i, "a"))}
        </svg>
        <div class={set ? "w set" : "w"} style={{ left: `${(low / bins) * 100}%`, right: `${100 - (high / bins) * 100}%` }} />
        {handle(0)}
        {handle(1)}
      </div>
      <div class="ends num">
        <span>{words(edges[low] ?? 0)}</span>
        <span>{words(whole ? (edges[high] ?? 1) - 1 : (edges[high] ?? 0))}</span>
      </div>
    </div>
  );
}
