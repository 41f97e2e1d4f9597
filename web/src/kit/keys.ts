// Keyboard shortcuts. Single letters never fire in a field, and not at all where the person switched them off in "me"
// (WCAG 2.1.4); `data-keys="off"` on the body says so.

import { isTyping } from "./typing";

export interface Shortcut {
  /** `a`, `Shift+ArrowLeft`, `Mod+Enter` (Ctrl, or ⌘ on a Mac), as `KeyboardEvent.key` names keys. */
  keys: string | string[];
  /** What it does, for the list of shortcuts. */
  label: string;
  run: (event: KeyboardEvent) => void;
  /** Does it go before those that were added later? */
  goesFirst?: boolean;
}

const shortcuts = new Set<Shortcut>();

/** The name of the key that was pressed, as `Shortcut.keys` writes it. */
export function pressed(event: Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey">): string {
  const parts = [];
  if (event.ctrlKey || event.metaKey) parts.push("Mod");
  if (event.altKey) parts.push("Alt");
  // `?` and `+` need Shift on some keyboards: the character says enough.
  const isCharacter = event.key.length === 1 && event.key.toLowerCase() === event.key.toUpperCase();
  if (event.shiftKey && !isCharacter) parts.push("Shift");
  parts.push(event.key.length === 1 ? event.key.toLowerCase() : event.key);
  return parts.join("+");
}

/** Does the key mean something to the element that has the focus: a button, or a slider? */
export function isOwnKey(element: { tagName: string; type?: string } | null, name: string): boolean {
  if (element === null) return false;
  if (element.tagName === "BUTTON" || element.tagName === "SUMMARY") return name === " " || name === "Enter";
  const isMoved = element.tagName === "INPUT" && (element.type === "range" || element.type === "radio");
  return isMoved && /^(Arrow|Page|Home|End)/.test(name);
}

addEventListener("keydown", (event) => {
  // A dialog has the keys for itself.
  if (event.defaultPrevented || event.isComposing || isTyping(event.target) || document.querySelector("dialog:modal")) return;
  const name = pressed(event);
  const isLetter = name.length === 1 && document.body.dataset["keys"] === "off";
  if (event.target instanceof HTMLElement && isOwnKey(event.target as HTMLElement & { type?: string }, name)) return;
  // The newest first: what is on top takes the key.
  const fitting = [...shortcuts].reverse().filter((one) => [one.keys].flat().includes(name) && !isLetter);
  const found = fitting.find((one) => one.goesFirst) ?? fitting[0];
  if (found) {
    event.preventDefault();
    found.run(event);
  }
});

/** Adds shortcuts; the function that is returned removes them. */
export function addShortcuts(...added: Shortcut[]): () => void {
  for (const one of added) shortcuts.add(one);
  return () => {
    for (const one of added) shortcuts.delete(one);
  };
}

/** All shortcuts of the page, for the list that `?` opens. */
export function listShortcuts(): Shortcut[] {
  return [...shortcuts];
}
