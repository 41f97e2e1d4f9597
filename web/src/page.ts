// The one script of reading pages: a button that copies a block of code, the keys of every page, the bar of changes that
// aren't committed yet where there are some, and what happens while a page is open. Pages are whole without it.

import { hintOf } from "./changes/hint";
import { isTyping } from "./kit/typing";
import { live } from "./live";

const svg = "http://www.w3.org/2000/svg";

function icon(name: string): SVGElement {
  const drawing = document.createElementNS(svg, "svg");
  drawing.setAttribute("class", "i");
  drawing.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(svg, "use");
  use.setAttribute("href", `${document.body.dataset["icons"] ?? ""}#${name}`);
  drawing.append(use);
  return drawing;
}

function addCopyButton(block: HTMLElement): void {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn s g cp";
  button.setAttribute("aria-label", "Copy");
  button.append(icon("copy"));
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(block.querySelector("pre")?.textContent ?? "");
    button.replaceChildren(icon("check"));
    button.setAttribute("aria-label", "Copied");
    setTimeout(() => {
      button.replaceChildren(icon("copy"));
      button.setAttribute("aria-label", "Copy");
    }, 2000);
  });
  block.append(button);
}

// Only addresses with https and those of this machine have a clipboard.
if (navigator.clipboard) {
  document.querySelectorAll<HTMLElement>(".code").forEach(addCopyButton);
}

// The rest of it is loaded only by those who changed something.
const bar = document.querySelector<HTMLElement>("[data-island=changes]");
if (bar?.dataset["src"]) {
  const set = JSON.parse(bar.dataset["props"] ?? "{}") as { person: string; uuid: string };
  if (localStorage.getItem(hintOf(`${set.person} ${set.uuid}`))) void import(bar.dataset["src"]);
}

// Ctrl K finds and does; `/` goes to the filter or the search; G and a letter go to a tab.
const tabs: Record<string, string> = { s: "/samples", c: "/classes", h: "/history", r: "/review", o: "" };
let wentAt = -Infinity;

addEventListener("keydown", (event) => {
  const { find } = document.body.dataset;
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k" && !event.shiftKey && find) {
    event.preventDefault();
    void import(find).then((loaded: { open: () => void }) => loaded.open());
    return;
  }
  const isLetter = !event.ctrlKey && !event.metaKey && !event.altKey && !isTyping(event.target) && document.body.dataset["keys"] !== "off";
  if (!isLetter || event.defaultPrevented) return;
  if (event.key === "/") {
    const own = document.querySelector<HTMLElement>(".fx .q input");
    const field = own?.offsetParent ? own : document.querySelector<HTMLElement>(".find input");
    if (field) event.preventDefault();
    field?.focus();
  }
  const isSecond = event.timeStamp - wentAt < 1500;
  wentAt = event.key === "g" ? event.timeStamp : -Infinity;
  const tab = isSecond ? tabs[event.key] : undefined;
  const home = document.querySelector<HTMLElement>("[data-home]")?.dataset["home"];
  if (tab === undefined || home === undefined) return;
  // Before the page's own shortcuts: the letter is the second half of this one.
  event.preventDefault();
  event.stopImmediatePropagation();
  location.assign(`${home}${tab}${document.querySelector<HTMLElement>("[data-home]")?.dataset["query"] ?? ""}`);
}, true);

live();
