// Ctrl K: finds data sets, concepts and classes, and does what the page can do. Loaded when the key is pressed.

import { api, body, Dialog, Icon, keyCap, listShortcuts, render, useEffect, useMemo, useRef, useState } from "../kit";
import { fitting, type Result } from "../find/results";

/** Opens the field over the page. */
export function open(): void {
  if (document.querySelector(".cmdk")) return;
  const layer = document.createElement("div");
  layer.className = "cmdk";
  document.body.append(layer);
  const close = () => {
    render(null, layer);
    layer.remove();
  };
  render(<Find onClose={close} />, layer);
}

function Find({ onClose }: { onClose: () => void }) {
  const [typed, setTyped] = useState("");
  const [at, setAt] = useState(0);
  const [found, setFound] = useState<Result[]>([]);
  const field = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const commands = useMemo(commandsOf, []);
  useEffect(() => field.current?.focus(), []);
  useEffect(() => {
    setAt(0);
    const words = typed.trim();
    const abort = new AbortController();
    const timer = setTimeout(() => void search(words, abort.signal).then((results) => !abort.signal.aborted && setFound(results)), 120);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [typed]);
  const shown = [...fitting(commands, typed), ...found];
  const chosen = Math.min(at, shown.length - 1);
  useEffect(() => list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" }), [chosen]);
  const take = (result: Result | undefined) => {
    if (!result) return;
    onClose();
    result.run();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const steps: Record<string, () => void> = {
      ArrowDown: () => setAt(Math.min(chosen + 1, shown.length - 1)),
      ArrowUp: () => setAt(Math.max(chosen - 1, 0)),
      Enter: () => take(shown[chosen]),
    };
    const step = event.isComposing ? undefined : steps[event.key];
    if (!step) return;
    event.preventDefault();
    step();
  };
  return (
    <Dialog title="Find and do" onClose={onClose}>
      <div class="pk in" onKeyDown={onKeyDown}>
        <label class="pki">
          <Icon name="search" />
          <input
            ref={field}
            value={typed}
            placeholder="Data sets, classes, concepts, commands"
            role="combobox"
            aria-label="Find and do"
            aria-expanded={shown.length > 0}
            aria-controls="find-list"
            aria-activedescendant={shown.length > 0 ? `find-${chosen}` : undefined}
            autocomplete="off"
            autocapitalize="none"
            spellcheck={false}
            onInput={(event) => setTyped(event.currentTarget.value)}
          />
        </label>
        <div class="pkl" role="listbox" id="find-list" aria-label="Found" ref={list}>
          {shown.map((result, i) => (
            <>
              {result.group !== shown[i - 1]?.group && (
                <div class="pkh" role="presentation">
                  {result.group}
                </div>
              )}
              <div id={`find-${i}`} class="pko" role="option" aria-selected={i === chosen} onClick={() => take(result)}>
                <Icon name={result.icon} />
                <b class="cut">{result.title}</b>
                <span class="cut dim">{result.note}</span>
              </div>
            </>
          ))}
          {shown.length === 0 && <p class="pkh">Nothing is called that.</p>}
        </div>
      </div>
    </Dialog>
  );
}

/** The page's links and shortcuts. */
function commandsOf(): Result[] {
  const links = [...document.querySelectorAll<HTMLAnchorElement>(".tabs a, .top nav a, .top .menu a")];
  const ofLinks = links.map((link): Result => {
    const [text] = [...link.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim());
    return { group: "Do", title: `Go to ${text?.textContent?.trim() ?? ""}`, icon: "arrow-right", run: () => location.assign(link.href) };
  });
  const ofKeys = listShortcuts()
    .filter(({ label, keys }) => label !== "" && !/^\d$/.test([keys].flat()[0] ?? ""))
    .map(({ label, keys, run }): Result => {
      const key = [keys].flat()[0] ?? "";
      return { group: "Do", title: label, note: keyCap(key), icon: "keyboard", run: () => setTimeout(() => run(new KeyboardEvent("keydown", { key })), 0) };
    });
  return [...ofKeys, ...ofLinks.filter((one) => one.title !== "Go to ")];
}

async function search(words: string, signal: AbortSignal): Promise<Result[]> {
  const home = document.querySelector<HTMLElement>("[data-home]")?.dataset;
  const sets = body(api.GET("/api/v1/datasets", { params: { query: { ...(words === "" ? {} : { q: words }), limit: 6 } }, signal }));
  const concepts = words.length < 2 ? null : body(api.GET("/api/v1/synsets", { params: { query: { q: words, limit: 6 } }, signal }));
  const classes = words.length < 2 || !home?.["set"] ? null : classesCalled(home["set"], words, signal);
  const [ofSets, ofClasses, ofConcepts] = await Promise.all([sets, classes, concepts].map((one) => (one ? Promise.resolve(one).catch(() => null) : null)));
  const results: Result[] = [];
  for (const set of (ofSets as Awaited<typeof sets> | null)?.datasets ?? []) {
    results.push({ group: "Data sets", title: set.name, icon: "database", run: () => location.assign(`/d/${set.name}`) });
  }
  for (const { label, name, number } of (ofClasses as Awaited<ReturnType<typeof classesCalled>> | null) ?? []) {
    results.push({ group: "Classes", title: name, note: label, icon: "tag", run: () => location.assign(`${home?.["home"] ?? ""}/classes/${encodeURIComponent(label)}/${number}${home?.["query"] ?? ""}`) });
  }
  for (const synset of (ofConcepts as Awaited<NonNullable<typeof concepts>> | null)?.synsets ?? []) {
    results.push({ group: "Concepts", title: synset.name, note: synset.gloss, icon: "network", run: () => location.assign(`/concepts/${synset.id}`) });
  }
  return results;
}

/** The classes of all labels of a data set that are called so. */
async function classesCalled(set: string, words: string, signal: AbortSignal): Promise<{ label: string; name: string; number: number }[]> {
  const [ns = "", name = ""] = set.split("/");
  const { stats } = await body(api.GET("/api/v1/datasets/{ns}/{name}/stats", { params: { path: { ns, name } }, signal }));
  const { columns = [] } = stats as { columns?: { labels?: { path: string; classes: { name: string }[] }[] }[] };
  const all = columns.flatMap((column) => column.labels ?? []).flatMap((label) => label.classes.map((one, number) => ({ label: label.path, name: one.name, number })));
  return all.filter((one) => one.name.toLowerCase().includes(words.toLowerCase())).slice(0, 6);
}
