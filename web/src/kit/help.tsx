import { render } from "preact";
import { Dialog } from "./dialog";
import { addShortcuts, listShortcuts } from "./keys";

const NAMES: Record<string, string> = {
  ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓", Enter: "↵", Escape: "Esc", Backspace: "⌫", Delete: "Del", " ": "Space",
  Mod: /Mac|iPhone|iPad/.test(navigator.platform) ? "⌘" : "Ctrl", Shift: "⇧",
};
/** Those of every page, which page.js listens to. */
const EVERYWHERE: [string, string][] = [["Mod+k", "Find and do"], ["/", "Filter or search"], ["g s", "Go to samples; c classes, h history, o overview"]];

/** A key as it stands on keyboards. */
export function keyCap(keys: string): string {
  return keys.split(/\+(?=.)/).map((key) => NAMES[key] ?? (key.length === 1 ? key.toUpperCase() : key)).join(" ");
}

/** Opens the list of the page's keys. */
export function showKeys(): void {
  const layer = document.createElement("div");
  document.body.append(layer);
  const close = () => {
    render(null, layer);
    layer.remove();
  };
  const own = listShortcuts().flatMap(({ keys, label }): [string, string][] => (label === "" ? [] : [[[keys].flat()[0] ?? "", label]]));
  render(
    <Dialog title="Keys" onClose={close}>
      <dl class="keys">
        {[...own, ...EVERYWHERE].map(([keys, label]) => (
          <div>
            <dt>
              <kbd>{keyCap(keys)}</kbd>
            </dt>
            <dd>{label}</dd>
          </div>
        ))}
      </dl>
    </Dialog>,
    layer,
  );
}

addShortcuts({ keys: "?", label: "This list", run: showKeys });
