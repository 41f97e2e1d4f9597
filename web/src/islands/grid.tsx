// The samples page: facets, cells, ruler and bar around one list.

import { openChanges } from "../changes";
import { computed, effect, mount, render, signal } from "../kit";
import { Actions } from "../grid/actions";
import { SamplesApp } from "../grid/app";
import { FacetPanel } from "../grid/facets";
import { addGridKeys } from "../grid/grid_keys";
import type { GridProps } from "../grid/props";
import { SelectionBar } from "../grid/selection_bar";
import { Nothing, Offline, Progress } from "../grid/states";
import { Toolbar } from "../grid/toolbar";

function box(name: string, className: string): HTMLElement {
  const element = document.createElement(name);
  element.className = className;
  return element;
}

mount<GridProps>("grid", (props, element) => void start(props, element));

async function start(props: GridProps, element: HTMLElement): Promise<void> {
  const app = new SamplesApp(props);
  const changes = openChanges();
  const actions = new Actions(app, changes);
  app.pendingOf = (id) => actions.pendingOf(id);
  const facetsShown = signal(innerWidth > 900);
  const foldFacets = () => (facetsShown.value = !facetsShown.value);

  const aside = box("aside", "fx");
  aside.id = "facets";
  aside.setAttribute("aria-label", "Filters");
  const main = box("main", "gr-main");
  main.id = "main";
  const [lines, bar, body_, over, foot] = [box("div", "lns"), box("div", "tlb"), box("div", "sc"), box("div", "over"), box("div", "ft")];
  const title = box("h1", "sr");
  title.textContent = `Samples of ${props.name}`;
  body_.append(app.viewport.scroller, app.ruler.element, app.preview.element, over);
  main.append(title, lines, bar, body_, foot);
  const shell = box("div", "ex live");
  shell.append(aside, main);

  render(
    <FacetPanel
      state={app.view} facets={app.facets} isStale={app.areFacetsStale} trouble={computed(() => (app.listTrouble.value === null ? app.facetTrouble.value : null))} first={props.label.join(".")}
      change={(change) => app.change(change)} retry={() => app.retry()}
    />,
    aside,
  );
  render(
    <Toolbar
      state={app.view} total={app.total} isStale={app.isListStale} isFailed={computed(() => app.listTrouble.value !== null)} all={props.rows} sorts={props.sorts} hrefOf={(state) => app.hrefOf(state)}
      go={(state, isDetail) => app.go(state, isDetail)} hasPictures={props.media !== null} foldFacets={foldFacets} facetsShown={facetsShown}
    />,
    bar,
  );
  render(<Offline app={app} />, lines);
  render(
    <>
      <Progress app={app} />
      <Nothing app={app} />
    </>,
    over,
  );
  const selected = computed(() => app.selection.value.count);
  const pending = computed(() => changes?.count.value ?? 0);
  render(
    <SelectionBar
      selected={selected} total={app.total} actions={actions.list} changes={pending} commit={() => changes?.openCommit()}
      all={() => app.selectAll()} none={() => app.selectNone()}
    />,
    foot,
  );
  effect(() => {
    shell.classList.toggle("folded", !facetsShown.value);
  });
  effect(() => {
    body_.classList.toggle("stale", app.isListStale.value);
  });
  if (changes) {
    changes.hasOwnBar.value = true;
    effect(() => {
      void changes.byRow.value;
      app.viewport.update();
    });
    changes.onCommitted((commit) => {
      if (commit.branch !== props.branch || props.is_pinned) return location.assign(`${props.base}/commits/${commit.branch}:${commit.version}`);
      // At the same place of the same list.
      location.reload();
    });
  }
  addGridKeys(app, actions, foldFacets);

  // What the server drew stands until there are rows, or a second is over.
  await Promise.race([app.start(), new Promise((resolve) => setTimeout(resolve, 1000))]);
  element.replaceWith(shell);
  document.body.classList.add("app");
  app.viewport.layOut(app.active);
}
