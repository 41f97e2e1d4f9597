import { api, body, colourClass, count, Icon, render, useEffect, useMemo, useRef, useState } from "../kit";
import { type ClassList, find, type Found, firstWord, near } from "./classes";
import { classesOf } from "./load_classes";

/** A class that is offered without typing, such as a model's answer. */
export interface Suggestion {
  name: string;
  /** Beside it: `.97`. */
  note?: string;
}

/** The class that was chosen. */
export interface Pick {
  name: string;
  /** The data set has no such class yet, and it was asked for. */
  isNew: boolean;
}

export interface PickerProps {
  set: { namespace: string; name: string };
  /** The pinned revision. */
  rev: string;
  /** The label: a column, or the way to a member (`objects.category`). */
  label: string;
  /** The name of the class that is changed; null for none. */
  current: string | null;
  /** Who suggests, and what: on top, with the keys 1 to 9. */
  suggestions?: { from: string; classes: Suggestion[] };
  /** Offers "no label" too. */
  canBeNone?: boolean;
  onPick: (pick: Pick | null) => void;
  onClose: () => void;
  /** Removes what is labelled, from the key Delete in the empty field. */
  onRemove?: () => void;
}

interface Option {
  key: string;
  heading?: string;
  name: string;
  title?: string | undefined;
  note?: string | undefined;
  rank?: number;
  pick: Pick | null;
}

const SHOWN = 50;

/** Chooses a class by typing: its name, or a concept that it is a kind of. A new class is made only when chosen as one. */
export function LabelPicker(props: PickerProps) {
  const [list, setList] = useState<ClassList | null>(null);
  const [failed, setFailed] = useState(false);
  const [typed, setTyped] = useState("");
  const [at, setAt] = useState(0);
  const [words, setWords] = useState<{ name: string; gloss: string }[]>([]);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    classesOf(props.set, props.rev, props.label).then(setList, () => setFailed(true));
  }, [props.rev, props.label]);
  const options = useMemo(() => optionsOf(props, list, typed, words), [list, typed, words, props.current, props.suggestions]);
  const chosen = Math.min(at, options.length - 1);
  useEffect(() => setAt(0), [typed]);
  useEffect(() => {
    if (typed.trim().length < 2 || !list || list.classes.some((one) => one.name === typed.trim())) return setWords([]);
    const abort = new AbortController();
    const timer = setTimeout(() => {
      const request = api.GET("/api/v1/synsets", { params: { query: { q: typed.trim(), limit: 5 } }, signal: abort.signal });
      const called = (words: string[]) => words.find((word) => word.toLowerCase().startsWith(typed.trim().toLowerCase()));
      body(request).then(
        ({ synsets }) => setWords(synsets.map((one) => ({ name: called(one.words) ?? "", gloss: one.gloss })).filter((one) => one.name !== "")),
        () => undefined,
      );
    }, 200);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [typed, list]);
  useEffect(() => {
    box.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }, [chosen]);
  const take = (option: Option | undefined) => {
    if (option) props.onPick(option.pick);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const digit = typed === "" && /^[1-9]$/.test(event.key) ? options.find((option) => option.rank === Number(event.key)) : undefined;
    const steps: Record<string, () => void> = {
      ArrowDown: () => setAt(Math.min(chosen + 1, options.length - 1)),
      ArrowUp: () => setAt(Math.max(chosen - 1, 0)),
      Enter: () => {
        // Only what is there already is taken without being chosen.
        const option = options[chosen];
        if (option && (at > 0 || option.pick?.isNew !== true)) take(option);
      },
      Escape: () => props.onClose(),
    };
    const step = digit ? () => take(digit) : steps[event.key];
    const isRemoval = (event.key === "Backspace" || event.key === "Delete") && typed === "" && !event.repeat;
    if (step) {
      event.preventDefault();
      event.stopPropagation();
      step();
    } else if (isRemoval && props.onRemove) {
      event.preventDefault();
      event.stopPropagation();
      props.onRemove();
    }
  };
  const isListed = options.some((option) => option.heading === undefined || option.pick !== null);
  return (
    <div class="pk" ref={box} role="dialog" aria-label={`Change ${props.label}`} onKeyDown={onKeyDown}>
      <label class="pki">
        <span class="cut">{props.current ?? "no label"}</span>
        <Icon name="arrow-right" />
        <input
          ref={(field) => field?.focus({ preventScroll: true })}
          value={typed}
          role="combobox"
          aria-label="Class or concept"
          aria-expanded={options.length > 0}
          aria-controls="pk-list"
          aria-autocomplete="list"
          aria-activedescendant={options.length > 0 ? `pk-${chosen}` : undefined}
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
          onInput={(event) => setTyped(event.currentTarget.value)}
        />
        <kbd>L</kbd>
      </label>
      <div class="pkl" role="listbox" id="pk-list" aria-label="Classes">
        {options.map((option, i) => (
          <>
            {option.heading !== undefined && (
              <div class="pkh" role="presentation">
                {option.heading}
              </div>
            )}
            <div id={`pk-${i}`} class="pko" role="option" aria-selected={i === chosen} onPointerDown={(event) => event.preventDefault()} onClick={() => take(option)}>
              {option.pick?.isNew ? <Icon name="plus" /> : <i class={`sw ${swatch(list, option.name)}`} />}
              <b class="cut">{option.name}</b>
              <span class="cut dim">{option.title}</span>
              {option.note !== undefined && <span class="num dim">{option.note}</span>}
              {option.rank !== undefined && <kbd>{option.rank}</kbd>}
            </div>
          </>
        ))}
        {!isListed && <p class="pkh">{failed ? "The classes can't be read." : list ? "No class is called that." : "…"}</p>}
      </div>
      <footer>
        <span>
          <kbd>↵</kbd> take
        </span>
        {props.onRemove && (
          <button type="button" onClick={props.onRemove}>
            <kbd>⌫</kbd> remove
          </button>
        )}
        <button type="button" onClick={props.onClose}>
          <kbd>Esc</kbd> close
        </button>
      </footer>
    </div>
  );
}

function swatch(list: ClassList | null, name: string): string {
  if (!list) return "c8";
  const rank = [...list.classes].sort((a, b) => b.rows - a.rows || a.value - b.value).findIndex((one) => one.name === name);
  return rank < 0 ? "c8" : colourClass(rank);
}

function optionsOf(props: PickerProps, list: ClassList | null, typed: string, words: { name: string; gloss: string }[]): Option[] {
  const options: Option[] = [];
  const old = (name: string) => ({ name, pick: { name, isNew: false } });
  let rank = 0;
  if (typed.trim() === "") {
    const suggested = (props.suggestions?.classes ?? []).filter((one) => one.name !== props.current);
    suggested.forEach((one, i) => options.push({ ...old(one.name), key: `s ${one.name}`, note: one.note, rank: ++rank, ...(i === 0 ? { heading: props.suggestions?.from ?? "" } : {}) }));
    const nearest = list && props.current !== null ? near(list, props.current, 4).filter((one) => !suggested.some((other) => other.name === one.name)) : [];
    nearest.forEach((one, i) => options.push({ ...old(one.name), key: `n ${one.name}`, title: one.title, rank: ++rank, ...(i === 0 ? { heading: "Near it in WordNet" } : {}) }));
  }
  const shown = new Set([...options.map((option) => option.name), props.current]);
  const found: Found[] = list ? find(list, typed, SHOWN).filter((one) => typed.trim() !== "" || !shown.has(one.class.name)) : [];
  found.forEach((one, i) =>
    options.push({
      ...old(one.class.name),
      key: `c ${one.class.name}`,
      title: one.because ?? (one.class.title === undefined ? undefined : firstWord(one.class.title)),
      note: count(one.class.rows),
      ...(rank < 9 && typed.trim() === "" ? { rank: ++rank } : {}),
      ...(i === 0 && options.length > 0 ? { heading: "Most frequent" } : {}),
    }),
  );
  const name = typed.trim();
  const isThere = (one: string) => list?.classes.some((other) => other.name === one) ?? true;
  if (name !== "" && !isThere(name)) options.push({ key: `new ${name}`, name: `New class “${name}”`, pick: { name, isNew: true }, heading: "Not a class yet" });
  for (const word of words) {
    if (word.name !== name && !isThere(word.name)) options.push({ key: `new ${word.name}`, name: `New class “${word.name}”`, title: word.gloss, pick: { name: word.name, isNew: true } });
  }
  if (props.canBeNone && props.current !== null && "no label".includes(name.toLowerCase())) options.push({ key: "none", name: "no label", pick: null });
  return options;
}

/** Opens a picker over the page, beside `near` or in the middle; it closes when something is chosen or pressed outside. */
export function openPicker(props: Omit<PickerProps, "onClose">, near?: Element | DOMRect): () => void {
  const before = document.activeElement;
  const layer = document.createElement("div");
  layer.className = "pkv";
  const close = () => {
    render(null, layer);
    layer.remove();
    removeEventListener("pointerdown", outside, true);
    if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
  };
  const outside = (event: Event) => {
    if (!event.composedPath().includes(layer)) close();
  };
  document.body.append(layer);
  addEventListener("pointerdown", outside, true);
  const after = (run: () => void) => {
    close();
    run();
  };
  const { onRemove } = props;
  render(
    <LabelPicker {...props} onClose={close} onPick={(pick) => after(() => props.onPick(pick))} {...(onRemove ? { onRemove: () => after(onRemove) } : {})} />,
    layer,
  );
  place(layer, near);
  return close;
}

function place(layer: HTMLElement, near: Element | DOMRect | undefined): void {
  const by = near instanceof Element ? near.getBoundingClientRect() : near;
  const [width, height] = [layer.offsetWidth, Math.min(420, innerHeight - 32)];
  const within = (at: number, size: number, room: number) => Math.max(8, Math.min(at, room - size - 8));
  if (!by || innerWidth < 720) {
    layer.style.left = `${within((innerWidth - width) / 2, width, innerWidth)}px`;
    layer.style.top = `${within(96, height, innerHeight)}px`;
    return;
  }
  const isRoomRight = by.right + width + 12 < innerWidth;
  layer.style.left = `${within(isRoomRight ? by.right + 8 : by.left - width - 8, width, innerWidth)}px`;
  layer.style.top = `${within(by.top, height, innerHeight)}px`;
}
