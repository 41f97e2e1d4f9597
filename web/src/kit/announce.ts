// Words for screen readers, and short messages that everybody sees.

let region: HTMLElement | undefined;

/** Has screen readers say this. */
export function announce(words: string): void {
  if (!region) {
    region = document.createElement("p");
    region.className = "sr";
    region.setAttribute("role", "status");
    document.body.append(region);
  }
  region.textContent = words;
}

/** Shows a message at the bottom of the page for six seconds, with an action such as Undo. */
export function toast(words: string, action?: { label: string; run: () => void }): void {
  document.querySelector(".toast")?.remove();
  const box = document.createElement("div");
  box.className = "toast";
  box.setAttribute("role", "status");
  box.append(words);
  if (action) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn s";
    button.textContent = action.label;
    button.addEventListener("click", () => {
      box.remove();
      action.run();
    });
    box.append(button);
  }
  document.body.append(box);
  setTimeout(() => box.remove(), 6000);
}
