import { addShortcuts, effect, untracked, useEffect, useLayoutEffect, useRef, useState } from "../kit";
import { loadColours } from "./colours";
import { enterToAdd, holdToHide, keysOf, openLabel } from "./keys";
import { type Model, pictureOf } from "./model";
import { Stage } from "./stage";
import { Strip } from "./strip";
import { LayerSwitches, ZoomButtons } from "./tools";

/** The stage with its switches and the film strip, and all keys of the page. */
export function App({ model, stage: place }: { model: Model; stage: HTMLElement }) {
  const box = useRef<HTMLDivElement>(null);
  const stage = useRef<Stage | null>(null);
  const [scale, setScale] = useState(1);
  // Before the page is painted: keys count from the first moment on.
  useLayoutEffect(() => {
    const { changes } = model;
    if (changes) changes.hasOwnBar.value = true;
    const ends = [addShortcuts(...keysOf(model, () => stage.current)), enterToAdd(model, () => stage.current), holdToHide(model)];
    if (changes) ends.push(changes.onCommitted((commit) => void model.moveOn(commit)));
    const follow = () => model.follow();
    addEventListener("popstate", follow);
    ends.push(() => removeEventListener("popstate", follow));
    ends.push(effect(() => void (document.title = `${model.title.value} · ${model.props.namespace}/${model.props.name} · Image Hub`)));
    loadColours(model);
    return () => ends.forEach((end) => end());
  }, [model]);
  useEffect(() => {
    if (!box.current || !model.props.isPicture) return undefined;
    const drawn = new Stage(box.current, model, setScale);
    stage.current = drawn;
    const end = effect(() => {
      const page = model.page.value;
      const size = model.size.value;
      const url = page && pictureOf(page, model.props.media);
      if (size && url) drawn.show(url, model.title.value, size, model.media.value?.["average_color"]);
    });
    const asks = effect(() => {
      if (model.added.value === null) return;
      untracked(() => openLabel(model, drawn));
      model.added.value = null;
    });
    return () => {
      end();
      asks();
      drawn.close();
    };
  }, [model, place]);
  if (!model.props.isPicture) return null;
  return (
    <>
      <div class="pic live" ref={box} tabIndex={0} role="group" aria-label="Picture; its objects are in the list" onKeyDown={(event) => tab(model, event)} />
      <LayerSwitches model={model} />
      <ZoomButtons scale={scale} stage={() => stage.current} />
      <Strip model={model} />
    </>
  );
}

/** On the picture, Tab goes from object to object, and after the last one on in the page. */
function tab(model: Model, event: KeyboardEvent): void {
  if (event.key !== "Tab" || event.ctrlKey || event.altKey || event.metaKey) return;
  if (model.hasBeside(event.shiftKey ? -1 : 1)) {
    event.preventDefault();
    model.cycle(event.shiftKey ? -1 : 1);
  }
}
