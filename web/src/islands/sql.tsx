// The page of questions in SQL: those that were asked in this browser, names of columns while one types, downloads, and a
// way to give up a question that takes long. The question itself is a form, whose answer is a page with an address.

import { Icon, announce, api, body, checked, inWords, isAborted, mount, signal, toast } from "../kit";
import { asLines, completion, fileName, kept, type Asked } from "../sql/questions";

interface Props {
  /** Whose questions are kept; nobody's for a stranger. */
  person: string;
  /** Was the question of the address answered? */
  answered: boolean;
}

const COLUMNS_OF = 3;

const questions = signal<Asked[]>([]);
const names = signal<string[]>([]);
const offered = signal<string[]>([]);
const busy = signal<string | null>(null);
let running: AbortController | undefined;

function place(person: string): string {
  return `hub.questions.${person}`;
}

function read(person: string): Asked[] {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(place(person)) ?? "[]");
    return Array.isArray(found) ? found.filter((one): one is Asked => typeof one?.sql === "string" && typeof one?.datasets === "string") : [];
  } catch {
    return [];
  }
}

function keep(person: string, all: Asked[]): void {
  questions.value = all;
  try {
    localStorage.setItem(place(person), JSON.stringify(all));
  } catch {
    // A browser that keeps nothing has no history.
  }
}

/** The names of columns of the data sets of the form; without any, of the three that changed last. */
async function readNames(datasets: string): Promise<void> {
  let sets = datasets.split(/[\s,]+/).filter(Boolean);
  if (sets.length === 0) {
    const { datasets: found } = await body(api.GET("/api/v1/datasets", { params: { query: { limit: COLUMNS_OF, sort: "updated" } } }));
    sets = found.map((set) => set.name);
  }
  const all = new Set(["samples", "dataset", "split", "_row_id"]);
  for (const set of sets.slice(0, COLUMNS_OF)) {
    const [full = "", rev] = set.split("@");
    const [ns = "", name = ""] = full.split("/");
    const query = rev ? { rev } : {};
    const { columns } = await body(api.GET("/api/v1/datasets/{ns}/{name}/schema", { params: { path: { ns, name }, query } }));
    for (const column of columns) all.add(column.name);
  }
  names.value = [...all];
}

async function download(sql: string, datasets: string, format: "csv" | "json"): Promise<void> {
  running?.abort();
  const own = (running = new AbortController());
  busy.value = "Fetching the whole result";
  try {
    const sets = datasets.split(/[\s,]+/).filter(Boolean);
    const response = await checked(await fetch("/api/v1/query", {
      method: "POST",
      headers: { "content-type": "application/json", "x-hub-request": "page" },
      body: JSON.stringify({ sql, format, ...(sets.length > 0 ? { datasets: sets } : {}) }),
      signal: own.signal,
    }));
    const notes = response.headers.get("x-hub-note");
    const file = format === "csv" ? await response.blob() : new Blob([asLines((await response.json()) as unknown[])], { type: "application/jsonl" });
    const link = document.createElement("a");
    link.href = URL.createObjectURL(file);
    link.download = fileName(sql, format === "csv" ? "csv" : "jsonl");
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    if (notes) toast(notes);
  } catch (error) {
    if (!isAborted(error)) toast(inWords(error));
  } finally {
    if (running === own) busy.value = null;
  }
}

function giveUp(): void {
  running?.abort();
  // The form's own request.
  window.stop();
  busy.value = null;
  document.querySelector("main")?.removeAttribute("aria-busy");
  announce("Given up");
}

function App({ props, form }: { props: Props; form: HTMLFormElement }) {
  const text = form.elements.namedItem("sql") as HTMLTextAreaElement;
  const datasets = form.elements.namedItem("datasets") as HTMLInputElement;
  const insert = (name: string) => {
    const { start, end, word } = completion(text.value, text.selectionStart, [name]);
    text.setRangeText(name, word ? start : text.selectionStart, end, "end");
    offered.value = [];
    text.focus();
  };
  return (
    <>
      {offered.value.length > 0 && (
        <p class="acts offers" role="group" aria-label="Columns">
          {offered.value.map((name) => (
            <button type="button" class="btn s" key={name} onClick={() => insert(name)}>
              <code>{name}</code>
            </button>
          ))}
        </p>
      )}
      {busy.value !== null && (
        <p class="note asking" role="status">
          {busy.value}…{" "}
          <button type="button" class="btn s" onClick={giveUp}>
            Cancel
          </button>
        </p>
      )}
      <p class="acts">
        {props.answered && (
          <>
            <button type="button" class="btn s" onClick={() => void download(text.defaultValue, datasets.defaultValue, "csv")}>
              <Icon name="download" />
              CSV
            </button>
            <button type="button" class="btn s" onClick={() => void download(text.defaultValue, datasets.defaultValue, "json")}>
              <Icon name="download" />
              JSON lines
            </button>
          </>
        )}
        <span class="dim3">Ctrl+↵ runs it.</span>
      </p>
      {questions.value.length > 0 && (
        <details>
          <summary class="lk">Asked before in this browser ({questions.value.length})</summary>
          <ul class="asked">
            {questions.value.map((one) => (
              <li key={one.sql + one.datasets}>
                <a class="any" href={`/query?${new URLSearchParams({ sql: one.sql, datasets: one.datasets })}`}>
                  <code>{one.sql}</code>
                  {one.datasets && <span class="dim3"> on {one.datasets}</span>}
                </a>
              </li>
            ))}
          </ul>
          <button type="button" class="btn s" onClick={() => keep(props.person, [])}>
            Forget them
          </button>
        </details>
      )}
    </>
  );
}

mount<Props>("sql", (props, element) => {
  const form = element.closest("form");
  const text = form?.elements.namedItem("sql");
  const datasets = form?.elements.namedItem("datasets");
  if (!form || !(text instanceof HTMLTextAreaElement) || !(datasets instanceof HTMLInputElement)) return undefined;
  const asked = { sql: text.defaultValue.trim(), datasets: datasets.defaultValue.trim() };
  keep(props.person, props.answered ? kept(read(props.person), asked) : read(props.person));
  const offer = () => {
    offered.value = completion(text.value, text.selectionStart, names.value).names;
  };
  text.addEventListener("input", offer);
  text.addEventListener("focus", () => {
    if (names.value.length === 0) void readNames(datasets.value).then(offer, () => undefined);
  });
  datasets.addEventListener("change", () => void readNames(datasets.value).then(offer, () => undefined));
  text.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
  form.addEventListener("submit", () => {
    busy.value = "Your question takes its turn";
    document.querySelector("main")?.setAttribute("aria-busy", "true");
  });
  // A page that comes back from the browser's memory asks nothing.
  addEventListener("pageshow", () => {
    busy.value = null;
    document.querySelector("main")?.removeAttribute("aria-busy");
  });
  return <App props={props} form={form} />;
});
