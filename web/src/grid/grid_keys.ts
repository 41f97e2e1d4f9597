// The keys of the grid: those within it, and those that act on what is selected from anywhere on the page.

import { addShortcuts, effect, pressed } from "../kit";
import type { Actions } from "./actions";
import type { SamplesApp } from "./app";
import { stepSize } from "./toolbar";

export function addGridKeys(app: SamplesApp, actions: Actions, foldFacets: () => void): void {
  app.viewport.grid.addEventListener("keydown", (event) => {
    if (event.target instanceof HTMLButtonElement) return;
    const { columns } = app.viewport.layout;
    const { active } = app;
    const screen = Math.max(columns, app.viewport.lastRank - app.viewport.firstRank + 1 - columns);
    const name = pressed(event);
    const to: Record<string, number> = {
      ArrowLeft: active - 1, ArrowRight: active + 1, ArrowUp: active - columns, ArrowDown: active + columns,
      PageUp: active - screen, PageDown: active + screen, Home: active - (active % columns), End: active - (active % columns) + columns - 1,
      "Mod+Home": 0, "Mod+End": app.total.peek() ?? 0,
    };
    // In a table, a row is a sample: its ends are those of the list.
    if (columns === 1) Object.assign(to, { Home: 0, End: app.total.peek() ?? 0, ArrowLeft: active, ArrowRight: active });
    const isSelecting = name.startsWith("Shift+");
    const rank = to[isSelecting ? name.slice(6) : name];
    if (rank !== undefined && rank >= 0) app.move(rank, isSelecting);
    else if (rank !== undefined && rank < 0 && name !== "ArrowUp") app.move(0, isSelecting);
    else if (name === " ") app.toggle(active);
    else if (name === "Mod+a") app.selectAll();
    else if (name === "Escape" && app.selection.peek().count > 0) app.selectNone();
    else if (rank === undefined) return;
    event.preventDefault();
  });
  const act = (key: string, label: string) => ({ keys: key.toLowerCase(), label, run: () => actions.press(key) });
  const size = (step: 1 | -1) => () => app.go({ ...app.state.peek(), size: stepSize(app.state.peek(), step) }, true);
  let noEscape = () => {};
  effect(() => {
    noEscape();
    if (app.selection.value.count > 0) noEscape = addShortcuts({ keys: "Escape", label: "Select none", run: () => app.selectNone() });
  });
  addShortcuts(
    { keys: "Mod+a", label: "Select all samples", run: () => app.selectAll() },
    act("L", "Change the label of the selected samples"),
    act("K", "Keep the selected samples as they are"),
    act("S", "Show similar samples"),
    act("T", "Tag the selected samples"),
    act("X", "Leave the selected samples out"),
    { keys: "+", label: "Larger pictures", run: size(1) },
    { keys: ["-", "−"], label: "Smaller pictures", run: size(-1) },
    { keys: "c", label: "Whole pictures, or squares", run: () => app.go({ ...app.state.peek(), whole: !app.state.peek().whole }) },
    { keys: "[", label: "Show or hide the filters", run: foldFacets },
  );
}
