import { Icon, useState } from "../kit";
import { isSame, type Json, partOf } from "../changes";
import type { Model } from "./model";
import type { Fact, TextPart } from "./words";

/** A text, and a field to change it in. */
export function TextRow({ model, column, part, canWrite }: { model: Model; column: string; part: TextPart; canWrite: boolean }) {
  const [draft, setDraft] = useState<string | null>(null);
  const was = partOf(model.values.value[column], part.path) ?? null;
  const save = () => {
    if (draft !== null && draft !== part.value) model.set(column, part.path, "text", was, draft);
    setDraft(null);
  };
  if (draft === null) {
    return (
      <p class={`cap${isSame(was, part.value) ? "" : " chd"}`}>
        {part.value}{" "}
        {canWrite && (
          <button type="button" class="eye" aria-label={`Change ${column}: ${part.value.slice(0, 40)}`} onClick={() => setDraft(part.value)}>
            <Icon name="pencil" />
          </button>
        )}
      </p>
    );
  }
  return (
    <textarea
      class="fld"
      rows={3}
      aria-label={column}
      ref={(field) => field?.focus()}
      value={draft}
      onInput={(event) => setDraft(event.currentTarget.value)}
      onBlur={save}
      onKeyDown={(event) => {
        if (event.key === "Escape") {
          event.stopPropagation();
          setDraft(null);
        } else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
          event.preventDefault();
          save();
        }
      }}
    />
  );
}

/** A value in one line, and a field to change it in. */
export function FactRow({ model, fact, canWrite }: { model: Model; fact: Fact; canWrite: boolean }) {
  const [isOpen, setOpen] = useState(false);
  const was = model.values.value[fact.column] ?? null;
  const isChanged = model.ofRow.value.some((change) => change.column === fact.column);
  const save = (text: string) => {
    setOpen(false);
    const value = valueFrom(fact.edit, text);
    if (value !== undefined) model.set(fact.column, "", fact.edit === "text" ? "text" : fact.edit === "number" ? "number" : "value", was, value);
  };
  return (
    <>
      <dt>{fact.column}</dt>
      <dd class={isChanged ? "chd" : undefined}>
        {isOpen && fact.edit === "bool" && (
          <select aria-label={fact.column} ref={(field) => field?.focus()} value={fact.value} onChange={(event) => save(event.currentTarget.value)} onBlur={() => setOpen(false)}>
            {["", "true", "false"].map((one) => (
              <option key={one} value={one}>
                {one === "" ? "none" : one}
              </option>
            ))}
          </select>
        )}
        {isOpen && fact.edit !== "bool" && (
          <input
            class="fld"
            aria-label={fact.column}
            ref={(field) => field?.focus()}
            inputMode={fact.edit === "number" ? "decimal" : "text"}
            defaultValue={fact.value}
            onBlur={(event) => save(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key === "Enter") save(event.currentTarget.value);
              else if (event.key === "Escape") {
                event.stopPropagation();
                setOpen(false);
              }
            }}
          />
        )}
        {!isOpen && (
          <>
            {fact.value === "" ? <span class="dim3">none</span> : fact.value}{" "}
            {canWrite && fact.edit !== null && (
              <button type="button" class="eye" aria-label={`Change ${fact.column}`} onClick={() => setOpen(true)}>
                <Icon name="pencil" />
              </button>
            )}
          </>
        )}
      </dd>
    </>
  );
}

/** The value that a text says; undefined for no value of the type. */
function valueFrom(edit: Fact["edit"], text: string): Json | undefined {
  if (edit === "text") return text;
  if (text.trim() === "") return null;
  if (edit === "bool") return text === "true";
  const number = Number(text);
  return Number.isFinite(number) ? number : undefined;
}
