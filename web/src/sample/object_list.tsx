import { count, Icon, percent, useEffect, useRef } from "../kit";
import { membersOf } from "../changes";
import type { Model } from "./model";
import { type DrawnObject, type Keypoint, keyOfObject, listOfBoxes, titleOf } from "./objects";
import { pickLabel, Suggestions } from "./suggestions";
import { targetOf } from "./target";
import { changesAt } from "./words";

/** More objects are not listed. */
const LISTED = 500;

/** The objects of the picture; the pointer over one lights its shape, and the other way round. */
export function ObjectList({ model, canWrite }: { model: Model; canWrite: boolean }) {
  const objects = model.objects.value;
  const canAdd = canWrite && listOfBoxes(model.columns.value) !== null;
  if (objects.length === 0 && !canAdd) return null;
  const selected = model.selected.value;
  const listed = objects.filter((object, i) => i < LISTED || keyOfObject(object) === selected);
  return (
    <section>
      <header>
        <h2>Objects</h2>
        <span class="dim3 num">{objects.filter((object) => object.state !== "removed").length}</span>
        {canAdd && (
          <button type="button" class="btn s g end" aria-pressed={model.isDrawing.value} aria-keyshortcuts="N" onClick={() => (model.isDrawing.value = !model.isDrawing.peek())}>
            <Icon name="plus" />
            Box <kbd>N</kbd>
          </button>
        )}
      </header>
      {model.isDrawing.value && (
        <p class="note" role="status">
          Drag on the picture, or press <kbd>↵</kbd> for a box in the middle.
        </p>
      )}
      <ul class="ob">
        {listed.map((object) => (
          <ObjectRow key={keyOfObject(object)} model={model} object={object} canWrite={canWrite} />
        ))}
      </ul>
      {listed.length < objects.length && (
        <p class="dim">
          The first {count(LISTED)} of {count(objects.length)}; one that you select on the picture is listed too.
        </p>
      )}
    </section>
  );
}

function ObjectRow({ model, object, canWrite }: { model: Model; object: DrawnObject; canWrite: boolean }) {
  const key = keyOfObject(object);
  const isOn = model.selected.value === key;
  const isHidden = model.hidden.value.has(key);
  const isRemoved = object.state === "removed";
  const box = object.box?.value;
  const suggestion = isRemoved ? null : model.suggestionFor(object);
  const row = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (isOn) row.current?.scrollIntoView({ block: "nearest" });
  }, [isOn]);
  const was = object.label && object.state === "changed" ? membersOf(object.label.was)["name"] : undefined;
  return (
    <li
      ref={row}
      class={`${isOn ? "on" : ""}${model.hovered.value === key ? " hov" : ""}${object.state === "same" ? "" : " chd"}`}
      onPointerEnter={() => (model.hovered.value = key)}
      onPointerLeave={() => (model.hovered.value = null)}
    >
      <i class={`sw ${model.colours.value(titleOf(object))}`} />
      <button type="button" class="obn cut" aria-pressed={isOn} disabled={isRemoved} onClick={() => (model.selected.value = isOn ? null : key)}>
        {typeof was === "string" && was !== object.label?.value && <s>{was}</s>} {isRemoved ? <s>{titleOf(object)}</s> : <b>{titleOf(object)}</b>}
      </button>
      <span class={suggestion ? "num said" : "num"}>{suggestion ? `→ ${suggestion.name} ${percent(suggestion.probability, 0)}` : box ? `${Math.round(box.width)} × ${Math.round(box.height)}` : object.state === "added" ? "new" : ""}</span>
      {isRemoved ? (
        <button type="button" class="eye" aria-label={`Put ${titleOf(object)} back`} onClick={() => model.takeBack(changesAt(model.ofRow.peek(), object.column, object.path))}>
          <Icon name="undo-2" />
        </button>
      ) : (
        <button type="button" class="eye" aria-label={`${isHidden ? "Show" : "Hide"} ${titleOf(object)}`} aria-pressed={isHidden} onClick={() => hide(model, key)}>
          <Icon name={isHidden ? "eye-off" : "eye"} />
        </button>
      )}
      {isOn && canWrite && !isRemoved && <ObjectFields model={model} object={object} />}
    </li>
  );
}

function hide(model: Model, key: string): void {
  const hidden = new Set(model.hidden.peek());
  if (!hidden.delete(key)) hidden.add(key);
  model.hidden.value = hidden;
}

/** The box and the keypoints of the selected object as numbers, so that they can be changed without a pointer. */
function ObjectFields({ model, object }: { model: Model; object: DrawnObject }) {
  const box = object.box?.value;
  const target = targetOf(model);
  const number = (name: string, value: number, set: (value: number) => void, min?: number) => (
    <label>
      <span>{name}</span>
      <input
        type="number"
        step="any"
        min={min}
        value={value}
        onChange={(event) => {
          const wanted = event.currentTarget.valueAsNumber;
          if (Number.isFinite(wanted) && (min === undefined || wanted >= min)) set(wanted);
          else event.currentTarget.value = String(value);
        }}
      />
    </label>
  );
  return (
    <div class="obf">
      {target && target.object !== null && <Suggestions model={model} target={target} />}
      {box && (
        <div class="nums num" role="group" aria-label="Box in pixels">
          {number("x", box.x, (x) => model.setBox(object, { ...box, x }))}
          {number("y", box.y, (y) => model.setBox(object, { ...box, y }))}
          {number("width", box.width, (width) => model.setBox(object, { ...box, width }), 0)}
          {number("height", box.height, (height) => model.setBox(object, { ...box, height }), 0)}
        </div>
      )}
      {object.keypoints.length > 0 && (
        <details>
          <summary>
            <Icon name="chevron-right" />
            Keypoints
          </summary>
          {object.keypoints.map((point) => (
            <div key={point.path} class="nums kp num" role="group" aria-label={point.name}>
              <span class="cut">{point.name}</span>
              {number("x", point.x, (x) => model.setKeypoint(object, { ...point, x, visibility: point.visibility || 2 }))}
              {number("y", point.y, (y) => model.setKeypoint(object, { ...point, y, visibility: point.visibility || 2 }))}
              <select aria-label={`Visibility of ${point.name}`} value={String(point.visibility)} onChange={(event) => model.setKeypoint(object, placed(object, { ...point, visibility: Number(event.currentTarget.value) }))}>
                <option value="0">none</option>
                <option value="1">hidden</option>
                <option value="2">visible</option>
              </select>
            </div>
          ))}
        </details>
      )}
      <p class="acts">
        {target && target.object !== null && (
          <button type="button" class="btn s" onClick={(event) => pickLabel(model, target, event.currentTarget)}>
            <Icon name="pencil" />
            Change <kbd>L</kbd>
          </button>
        )}
        {(object.isItem || box) && (
          <button type="button" class="btn s bad" onClick={() => model.removeObject(object)}>
            Remove <kbd>⌫</kbd>
          </button>
        )}
      </p>
    </div>
  );
}

/** A point that was not labelled before begins in the middle of its object. */
function placed(object: DrawnObject, point: Keypoint): Keypoint {
  const box = object.box?.value;
  const isUnplaced = point.x === 0 && point.y === 0 && point.visibility > 0;
  return isUnplaced && box ? { ...point, x: Math.round(box.x + box.width / 2), y: Math.round(box.y + box.height / 2) } : point;
}
