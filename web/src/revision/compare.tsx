import { api, body, colourClass, counted, Icon, inWords, navigate, query, type Schema, useEffect, useRef, useState } from "../kit";
import { became, type Feature, type Json, membersOf, rowThumbnail } from "../changes";
import { sizeOf } from "../sample/geometry";
import { objectsOf, titleOf } from "../sample/objects";
import { compare, type Compared } from "./pairs";
import { type RevisionProps, versionOf } from "./props";

type Row = Schema["RowPage"];
type Mode = "over" | "two" | "swipe" | "difference";

/** Objects of a revision that are compared, each with each. */
const MOST = 2000;

const MODES: [Mode, string, string][] = [
  ["over", "Old over new", "layers"],
  ["two", "Side by side", "columns-2"],
  ["swipe", "Swipe", "contrast"],
  ["difference", "Difference", "square-dashed"],
];

/** The changed rows of two revisions, each with both its pictures and all its objects. */
export function Compare({ props }: { props: RevisionProps }) {
  const [rows, setRows] = useState<Schema["ChangedValuesView"][]>([]);
  const [next, setNext] = useState<string | null>(null);
  const [trouble, setTrouble] = useState("");
  const path = { ns: props.namespace, name: props.name };
  const load = async (cursor: string | null) => {
    try {
      const question = { from: props.from, to: props.to, values: true, limit: 50, ...(cursor === null ? {} : { cursor }) };
      const diff = await body(api.GET("/api/v1/datasets/{ns}/{name}/diff", { params: { path, query: question } }));
      setRows((before) => [...before, ...(diff.values?.rows ?? [])]);
      setNext(diff.values?.next ?? null);
    } catch (error) {
      setTrouble(inWords(error));
    }
  };
  useEffect(() => void load(null), []);
  const chosen = query.value.get("row");
  const current = rows.find((row) => row.row_id === chosen) ?? rows[0];
  if (trouble !== "") return <p class="note bad any" role="alert">{trouble}</p>;
  if (!current) return null;
  const at = rows.indexOf(current);
  const go = (to: number) => {
    const row = rows[to];
    if (row) navigate({ row: row.row_id }, true);
  };
  return (
    <section class="card sec" aria-labelledby="compare">
      <header>
        <h2 id="compare">Changed samples</h2>
        <span class="tag num">
          {at + 1} of {rows.length}
          {next !== null && "+"}
        </span>
        <span class="sp" />
        <button type="button" class="btn s" aria-label="Changed sample before" aria-disabled={at === 0 ? "true" : undefined} onClick={() => go(at - 1)}>
          <Icon name="chevron-left" />
        </button>
        <button type="button" class="btn s" aria-label="Next changed sample" aria-disabled={at === rows.length - 1 && next === null ? "true" : undefined} onClick={() => (at === rows.length - 1 ? void load(next) : go(at + 1))}>
          <Icon name="chevron-right" />
        </button>
      </header>
      <Pair key={current.row_id} props={props} row={current} />
    </section>
  );
}

function Pair({ props, row }: { props: RevisionProps; row: Schema["ChangedValuesView"] }) {
  const [both, setBoth] = useState<[Row | null, Row | null] | null>(null);
  useEffect(() => {
    const read = (rev: string) => body(api.GET("/api/v1/datasets/{ns}/{name}/rows/{row}", { params: { path: { ns: props.namespace, name: props.name, row: row.row_id }, query: { rev } } })).catch(() => null);
    void Promise.all([read(props.from), read(props.to)]).then(setBoth);
  }, []);
  const [old, now] = both ?? [null, null];
  return (
    <>
      <ul class="became">
        {row.values.map((value) => (
          <li class="any">
            <code>{value.column}</code> {value.column === props.media ? "another picture" : became(value.old as Json, value.new as Json)}
          </li>
        ))}
        <li>
          <a class="lk" href={`${props.home}/samples/${row.row_id}?rev=${encodeURIComponent(props.to)}`}>
            Open {row.row_id}
          </a>
        </li>
      </ul>
      {old && now && props.media !== null && <Pictures props={props} old={old} now={now} isOther={row.values.some((value) => value.column === props.media)} />}
    </>
  );
}

function Pictures({ props, old, now, isOther }: { props: RevisionProps; old: Row; now: Row; isOther: boolean }) {
  const asked = query.value.get("mode");
  const mode = MODES.find(([name]) => name === asked)?.[0] ?? (isOther ? "two" : "over");
  const [part, setPart] = useState(50);
  const sides = [sideOf(props, old, props.from), sideOf(props, now, props.to)] as const;
  const [before, after] = sides;
  if (!before || !after) return null;
  const all = compare(before.objects, after.objects);
  const names = [...new Set(all.map(({ object }) => titleOf(object)))];
  const only = (side: Compared["side"]) => all.filter((one) => one.side === side || one.side === "both");
  return (
    <div class="cmp">
      <div class="lay in" role="group" aria-label="How to compare">
        {MODES.map(([name, words, icon]) => (
          <button key={name} type="button" aria-pressed={mode === name} onClick={() => navigate({ mode: name }, true)}>
            <Icon name={icon} />
            {words}
          </button>
        ))}
      </div>
      {mode === "two" ? (
        <div class="two">
          <Picture side={before} objects={only("old")} names={names} title={versionOf(props.from)} />
          <Picture side={after} objects={only("new")} names={names} title={versionOf(props.to)} />
        </div>
      ) : mode === "over" ? (
        <Picture side={after} objects={all} names={names} title={`${versionOf(props.from)} dashed, ${versionOf(props.to)} solid`} />
      ) : mode === "swipe" ? (
        <>
          <div class="stack">
            <Picture side={before} objects={only("old")} names={names} title={versionOf(props.from)} />
            <Picture side={after} objects={only("new")} names={names} title={versionOf(props.to)} clip={part} />
          </div>
          <label class="swp">
            <span>{versionOf(props.from)}</span>
            <input type="range" min="0" max="100" value={part} aria-label={`Share of ${versionOf(props.from)}`} onInput={(event) => setPart(event.currentTarget.valueAsNumber)} />
            <span>{versionOf(props.to)}</span>
          </label>
        </>
      ) : (
        <div class="stack dif">
          <Picture side={before} objects={[]} names={names} title="black where both are the same" />
          <Picture side={after} objects={[]} names={names} title="" />
        </div>
      )}
      <p class="dim num">
        {counted(all.filter((one) => one.side === "old").length, "old object")} dashed, {counted(all.filter((one) => one.side === "new").length, "new object")} solid,{" "}
        {counted(all.filter((one) => one.side === "both").length, "object")} the same
      </p>
    </div>
  );
}

interface Side {
  url: string;
  width: number;
  height: number;
  objects: ReturnType<typeof objectsOf>;
}

function sideOf(props: RevisionProps, page: Row, rev: string): Side | null {
  const values = page.row.values as Record<string, Json>;
  const size = sizeOf(membersOf(values[props.media ?? ""]));
  if (!size) return null;
  const columns = page.columns.map((one) => ({ name: one.name, feature: one.feature as unknown as Feature }));
  return { ...size, url: rowThumbnail(props, rev, page.row.row_id, 1024), objects: objectsOf(columns, values, []).slice(0, MOST) };
}

/** One revision's picture with objects over it. */
function Picture({ side, objects, names, title, clip }: { side: Side; objects: Compared[]; names: string[]; title: string; clip?: number }) {
  const font = Math.max(side.width, side.height) / 48;
  const drawing = useRef<SVGSVGElement>(null);
  useEffect(() => {
    if (drawing.current) drawing.current.style.clipPath = clip === undefined ? "" : `inset(0 0 0 ${clip}%)`;
  }, [clip]);
  return (
    <figure class="fig">
      <svg viewBox={`0 0 ${side.width} ${side.height}`} role="img" aria-label={title || "the other revision"} ref={drawing}>
        <image href={side.url} width={side.width} height={side.height} preserveAspectRatio="none" class={Math.max(side.width, side.height) < 200 ? "px" : undefined} />
        {objects.map(({ object, side: of }) => {
          const box = object.box?.value;
          return (
            <g class={`obj ${colourClass(names.indexOf(titleOf(object)))} is-${of}`}>
              {object.rings.map((ring) => (
                <polygon class="area" points={ring.map((point) => point.join(",")).join(" ")} />
              ))}
              {box && <rect class="halo" {...box} />}
              {box && <rect class="shape" {...box} />}
              {object.keypoints.filter((point) => point.visibility > 0).map((point) => (
                <path class="joint" d={`M${point.x} ${point.y}h0`} />
              ))}
              {box && of !== "both" && (
                <text class="cmt" x={box.x + font * 0.3} y={of === "old" ? box.y + box.height - font * 0.4 : box.y + font} font-size={font}>
                  {titleOf(object)}
                </text>
              )}
            </g>
          );
        })}
      </svg>
      {title !== "" && <figcaption class="dim">{title}</figcaption>}
    </figure>
  );
}
