// The one script of reading pages: a button that copies a block of code, the bar of changes that aren't committed yet where
// there are some, and what happens while a page is open. Pages are whole without it.

import { hintOf } from "./changes/hint";
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
  const set = JSON.parse(bar.dataset["props"] ?? "{}") as { person: string; namespace: string; name: string };
  if (localStorage.getItem(hintOf(`${set.person} ${set.namespace}/${set.name}`))) void import(bar.dataset["src"]);
}

live();
