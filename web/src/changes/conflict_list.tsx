import { counted } from "../kit";
import { changesOf, type Choice, type Conflict, mine } from "./conflicts";
import { isSame, type Json, nameOf } from "./change";
import type { Changes } from "./store";

interface ConflictListProps {
  changes: Changes;
  conflicts: Conflict[];
  /** The revision whose values are "theirs". */
  head: string;
  choices: Choice[];
  onChoose: (choices: Choice[]) => void;
}

/** Values that others changed meanwhile, with theirs and mine to choose from. */
export function ConflictList({ changes, conflicts, head, choices, onChoose }: ConflictListProps) {
  const rows = new Set(conflicts.map((conflict) => conflict.row_id)).size;
  const choose = (choice: Choice) => onChoose(conflicts.map((conflict) => (conflict.gone ? "theirs" : choice)));
  return (
    <>
      <p class="dim">
        {counted(rows, "sample")} changed since you looked; nothing was committed yet. Choose, then commit: what nobody else touched goes with it.
      </p>
      <p class="acts">
        <button type="button" class="btn s" onClick={() => choose("theirs")}>
          All theirs
        </button>
        <button type="button" class="btn s" onClick={() => choose("mine")}>
          All mine
        </button>
      </p>
      <ul class="cfl">
        {conflicts.map((conflict, i) => {
          const of = changesOf(conflict, changes.all.value);
          const name = of.find((change) => change.name !== undefined)?.name ?? conflict.row_id;
          const pick = (choice: Choice) => onChoose(choices.map((one, j) => (i === j ? choice : one)));
          const isRemoval = of.some((change) => change.column === null);
          const both = shownOf(conflict.now, mine(conflict, changes.all.value));
          return (
            <li>
              <fieldset>
                <legend class="any">
                  <a class="lk" target="_blank" href={`${changes.set.home}/samples/${conflict.row_id}?rev=${encodeURIComponent(conflict.gone ? changes.set.base : head)}`}>
                    {name}
                  </a>{" "}
                  {conflict.column !== null && <code>{conflict.column}</code>} <span class="dim3">was {shownOf(conflict.base, conflict.now)[0]}</span>
                </legend>
                <label class="ch">
                  <input type="radio" name={`conflict-${i}`} checked={choices[i] === "theirs"} onChange={() => pick("theirs")} />
                  <span class="any">Theirs: {conflict.gone ? "the sample was removed" : both[0]}</span>
                </label>
                {conflict.gone ? (
                  <p class="dim3">A removed sample can't be changed.</p>
                ) : (
                  <label class="ch">
                    <input type="radio" name={`conflict-${i}`} checked={choices[i] === "mine"} onChange={() => pick("mine")} />
                    <span class="any">Mine: {isRemoval ? "remove the sample" : both[1]}</span>
                  </label>
                )}
              </fieldset>
            </li>
          );
        })}
      </ul>
    </>
  );
}

/** Two values in words; of lists only the items in which they differ. */
function shownOf(a: Json, b: Json): [string, string] {
  if (!Array.isArray(a) || !Array.isArray(b)) return [nameOf(a), nameOf(b)];
  const differ = (list: Json[], other: Json[]) => list.filter((item, i) => !isSame(item, other[i])).map(inWords);
  const words = (list: Json[], other: Json[]) => `${counted(list.length, "item")}${differ(list, other).length > 0 ? `: ${differ(list, other).slice(0, 6).join("; ")}` : ""}`;
  return [words(a, b), words(b, a)];
}

function inWords(item: Json): string {
  if (typeof item !== "object" || item === null || Array.isArray(item)) return nameOf(item);
  const shown = Object.values(item).filter((member) => typeof member === "object" && member !== null && ("synset" in member || "width" in member));
  return shown.length > 0 ? shown.map((member) => nameOf(member)).join(" at ") : nameOf(item);
}
