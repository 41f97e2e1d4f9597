import { percent, useEffect, useState } from "../kit";
import { classesOf, type ClassList, openPicker } from "../changes";
import type { Model } from "./model";
import { predictionFor, suggested, take, type Target } from "./target";

/** Opens the picker for a label. */
export function pickLabel(model: Model, target: Target, near?: Element | DOMRect): void {
  if (!model.changes) return;
  const object = target.object === null ? undefined : model.current.peek();
  const said = predictionFor(model, target);
  const classes = (said?.top ?? []).flatMap((one) => (typeof one.label === "string" && one.label !== target.now ? [{ name: one.label, note: percent(one.probability, 0) }] : []));
  openPicker(
    {
      set: model.props,
      rev: model.rev,
      label: target.label,
      current: target.now,
      canBeNone: true,
      ...(said && classes.length > 0 ? { suggestions: { from: `${said.model} says`, classes } } : {}),
      onPick: (pick) => take(model, target, pick),
      ...(object?.isItem ? { onRemove: () => model.removeObject(object) } : {}),
    },
    near,
  );
}

/** The classes that the keys 1 to 9 take. */
export function Suggestions({ model, target }: { model: Model; target: Target }) {
  const [list, setList] = useState<ClassList | null>(null);
  useEffect(() => {
    let isLate = false;
    classesOf(model.props, model.rev, target.label).then(
      (found) => {
        if (!isLate) setList(found);
      },
      () => undefined,
    );
    return () => {
      isLate = true;
    };
  }, [model.rev, target.label]);
  const names = list ? suggested(list, target.now, predictionFor(model, target)) : [];
  if (names.length === 0) return null;
  return (
    <div class="sgs" role="group" aria-label="Suggestions">
      {names.map((name, i) => (
        <button key={name} type="button" class="btn s" aria-keyshortcuts={String(i + 1)} onClick={() => take(model, target, { name, isNew: false })}>
          <span class="cut">{name}</span> <kbd>{i + 1}</kbd>
        </button>
      ))}
    </div>
  );
}
