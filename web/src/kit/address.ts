// The address bar as state: every view that a person can reach has an address, and Back undoes the last change.

import { signal } from "@preact/signals";

/** The query of the page's address. Change it by `navigate`. */
export const query = signal(new URLSearchParams(location.search));

addEventListener("popstate", () => {
  query.value = new URLSearchParams(location.search);
});

/** Changes members of the query; `null` removes one. With `replace` the step gets no entry of its own in the history. */
export function navigate(changes: Record<string, string | string[] | null>, replace = false): void {
  const next = changed(query.peek(), changes);
  const text = next.toString();
  history[replace ? "replaceState" : "pushState"](null, "", location.pathname + (text ? `?${text}` : ""));
  query.value = next;
}

/** A copy of the query with these changes. */
export function changed(from: URLSearchParams, changes: Record<string, string | string[] | null>): URLSearchParams {
  const next = new URLSearchParams(from);
  for (const [name, value] of Object.entries(changes)) {
    next.delete(name);
    for (const one of value === null ? [] : [value].flat()) next.append(name, one);
  }
  return next;
}
