import { counted } from "../kit";
import { became, type Changes, inShort, nameOf } from "../changes";
import { changesOf, type Choice, type Conflict } from "./conflicts";

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
          const isList = Array.isArray(conflict.base);
          const theirs = isList ? became(conflict.base, conflict.now) : nameOf(conflict.now);
          return (
            <li>
              <fieldset>
                <legend class="any">
                  <a class="lk" target="_blank" href={`${changes.set.home}/samples/${conflict.row_id}?rev=${encodeURIComponent(conflict.gone ? changes.set.base : head)}`}>
                    {name}
                  </a>{" "}
                  {conflict.column !== null && <code>{conflict.column}</code>} {!isList && <span class="dim3">was {nameOf(conflict.base)}</span>}
                </legend>
                <label class="ch">
                  <input type="radio" name={`conflict-${i}`} checked={choices[i] === "theirs"} onChange={() => pick("theirs")} />
                  <span class="any">Theirs: {conflict.gone ? "the sample was removed" : theirs}</span>
                </label>
                {conflict.gone ? (
                  <p class="dim3">A removed sample can't be changed.</p>
                ) : (
                  <label class="ch">
                    <input type="radio" name={`conflict-${i}`} checked={choices[i] === "mine"} onChange={() => pick("mine")} />
                    <span class="any">Mine: {of.map((change) => (isList || change.column === null ? inShort(change) : nameOf(change.value))).join("; ")}</span>
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
