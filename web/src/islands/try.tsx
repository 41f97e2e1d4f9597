// A picture that is dropped, pasted or chosen is shown at once, and classified without leaving the page.

import { Answers, Icon, announce, checked, inWords, isAborted, percent, render, signal } from "../kit";
import type { Schema } from "../kit";

type Answer = { picture: string; found: Schema["Classified"] };

/** What the largest image of the interface is, in bytes. */
const MOST_BYTES = 16 * 1024 * 1024;

const trouble = signal<string | null>(null);
const answer = signal<Answer | null>(null);
const busy = signal(false);
let running: AbortController | undefined;

/** Why a file can't be sent, in words; `null` if it can. */
function refused(file: File): string | null {
  if (file.size > MOST_BYTES) return `${file.name || "The picture"} has ${(file.size / 1e6).toFixed(1)} MB; the hub takes at most 16 MiB`;
  if (file.size === 0) return `${file.name || "The picture"} is empty`;
  return null;
}

async function classify(file: File, model: string): Promise<void> {
  running?.abort();
  const own = new AbortController();
  running = own;
  trouble.value = refused(file);
  if (trouble.value !== null) return;
  busy.value = true;
  try {
    const response = await checked(await fetch(`/api/v1/classify?${new URLSearchParams({ model, top: "5" })}`, {
      method: "POST",
      headers: { "content-type": "application/octet-stream", "x-hub-request": "page" },
      body: file,
      signal: own.signal,
    }));
    const found = (await response.json()) as Schema["Classified"];
    answer.value = { picture: file.name || "The picture", found };
    const first = found.classes[0];
    if (first) announce(`${first.name}, ${percent(first.probability)}`);
  } catch (error) {
    if (isAborted(error)) return;
    answer.value = null;
    trouble.value = inWords(error);
  } finally {
    if (running === own) busy.value = false;
  }
}

function Result() {
  const shown = answer.value;
  return (
    <>
      {trouble.value !== null && (
        <p class="note bad any" role="alert">
          {trouble.value}
        </p>
      )}
      {shown && (
        <section class="card sec" aria-labelledby="answers" aria-busy={busy.value}>
          <header>
            <h2 id="answers" class="any">
              {shown.picture}, says {shown.found.model}
            </h2>
          </header>
          <Answers classes={shown.found.classes} />
        </section>
      )}
    </>
  );
}

function start(form: HTMLFormElement, result: HTMLElement): void {
  const field = form.querySelector<HTMLInputElement>("input[type=file]");
  const model = form.querySelector<HTMLSelectElement>("select");
  const drop = form.querySelector<HTMLElement>(".drop");
  if (!field || !model || !drop) return;
  const picture = document.createElement("img");
  picture.alt = "";
  picture.addEventListener("error", () => picture.remove());
  let url = "";

  const ask = () => {
    const file = field.files?.[0];
    if (file) void classify(file, model.value);
  };
  const take = (files: FileList | null | undefined) => {
    const file = files?.[0];
    if (!file) return;
    if (files !== field.files) field.files = files;
    URL.revokeObjectURL(url);
    url = URL.createObjectURL(file);
    picture.src = url;
    drop.prepend(picture);
    ask();
  };
  render(<Result />, result);

  const hint = document.createElement("p");
  hint.className = "hint";
  render(
    <>
      <Icon name="upload" /> Drop a picture here, or paste one.
    </>,
    hint,
  );
  drop.append(hint);
  field.addEventListener("change", () => take(field.files));
  model.addEventListener("change", ask);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    ask();
  });
  for (const kind of ["dragenter", "dragover"]) {
    drop.addEventListener(kind, (event) => {
      event.preventDefault();
      drop.classList.add("over");
    });
  }
  drop.addEventListener("dragleave", () => drop.classList.remove("over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    take(event.dataTransfer?.files);
  });
  addEventListener("paste", (event) => {
    if (event.clipboardData?.files.length) {
      event.preventDefault();
      take(event.clipboardData.files);
    }
  });
}

const form = document.querySelector<HTMLFormElement>("form[data-try]");
const result = document.querySelector<HTMLElement>("[data-try-result]");
if (form && result) start(form, result);
