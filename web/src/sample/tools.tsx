import { Icon, percent } from "../kit";
import type { Layer, Model } from "./model";
import type { Stage } from "./stage";

const LAYERS: { layer: Layer; name: string; icon: string; key: string; has: (model: Model) => boolean }[] = [
  { layer: "boxes", name: "Boxes", icon: "square-dashed", key: "B", has: (model) => model.objects.value.some((object) => object.box !== null) },
  { layer: "outlines", name: "Outlines", icon: "shapes", key: "O", has: (model) => model.objects.value.some((object) => object.rings.length > 0) },
  { layer: "points", name: "Keypoints", icon: "person-standing", key: "P", has: (model) => model.objects.value.some((object) => object.keypoints.length > 0) },
  { layer: "masks", name: "Masks", icon: "contrast", key: "V", has: (model) => model.objects.value.some((object) => object.maskPath !== null) },
  { layer: "model", name: "Predictions", icon: "sparkles", key: "M", has: (model) => (model.page.value?.predictions.length ?? 0) > 0 },
];

/** The switches of layers. */
export function LayerSwitches({ model }: { model: Model }) {
  const shown = LAYERS.filter(({ has }) => has(model));
  if (shown.length === 0) return null;
  return (
    <div class="lay" role="group" aria-label="Layers">
      {shown.map(({ layer, name, icon, key }) => (
        <button key={layer} type="button" aria-pressed={model.layers.value.has(layer)} aria-keyshortcuts={key} title={`${name} (${key}); H hides all`} onClick={() => model.toggle(layer)}>
          <Icon name={icon} />
          <span>{name}</span>
          <kbd>{key}</kbd>
        </button>
      ))}
    </div>
  );
}

/** The buttons that zoom. */
export function ZoomButtons({ scale, stage }: { scale: number; stage: () => Stage | null }) {
  return (
    <div class="lay r" role="group" aria-label="Zoom">
      <button type="button" aria-label="Zoom out" aria-keyshortcuts="-" onClick={() => stage()?.zoom(-1)}>
        <Icon name="minus" />
      </button>
      <output class="num">{percent(scale, 0)}</output>
      <button type="button" aria-label="Zoom in" aria-keyshortcuts="+" onClick={() => stage()?.zoom(1)}>
        <Icon name="plus" />
      </button>
      <button type="button" aria-label="Fit" aria-keyshortcuts="0" onClick={() => stage()?.fit()}>
        <Icon name="maximize" />
      </button>
    </div>
  );
}
