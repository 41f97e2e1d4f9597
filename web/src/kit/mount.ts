import { render, type VNode } from "preact";

/** The settings that the server wrote for an island into the page: the JSON of `data-props`. */
function propsOf<Props>(element: HTMLElement): Props {
  return JSON.parse(element.dataset["props"] ?? "{}") as Props;
}

/** Starts an island in each element with `data-island="name"`: what the server drew there stands until it does. */
export function mount<Props>(name: string, start: (props: Props, element: HTMLElement) => VNode | void): void {
  for (const element of document.querySelectorAll<HTMLElement>(`[data-island="${CSS.escape(name)}"]`)) {
    const drawn = start(propsOf<Props>(element), element);
    if (drawn) {
      element.replaceChildren();
      render(drawn, element);
    }
  }
}
