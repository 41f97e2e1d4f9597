// What happens at the hub while a page is open: "main is at v15; you see v14", with a link. Nothing moves by itself. Only a
// page that is seen listens, since a browser opens no more than six connections to a plain-HTTP server.

interface Live {
  /** The address of the data set's events. */
  events: string;
  branch: string;
  version: number;
}

/** A commit of the branch that is newer than what the page shows? */
export function isNewer(live: Live, data: string): number | null {
  let commit: unknown;
  try {
    commit = JSON.parse(data);
  } catch {
    return null;
  }
  const { branch, version } = (commit ?? {}) as { branch?: unknown; version?: unknown };
  return branch === live.branch && typeof version === "number" && version > live.version ? version : null;
}

function tell(live: Live, version: number): void {
  const old = document.querySelector(".moved");
  const note = document.createElement("p");
  note.className = "note moved";
  note.setAttribute("role", "status");
  const link = document.createElement("a");
  link.className = "lk";
  link.href = location.href;
  link.textContent = "Show";
  note.append(`${live.branch} is at v${version}; you see v${live.version}. `, link);
  if (old) old.replaceWith(note);
  else document.querySelector(".crumb")?.after(note);
}

/** Listens while the page is seen. `first` is where an empty page leads to when the first commit lands. */
function listen(live: Live, first: string | undefined): void {
  let events: EventSource | null = null;
  const update = () => {
    events?.close();
    events = null;
    if (document.visibilityState !== "visible") return;
    events = new EventSource(live.events);
    events.addEventListener("commit", (event: MessageEvent<string>) => {
      const version = isNewer(live, event.data);
      if (version === null) return;
      if (first) location.assign(first);
      else tell(live, version);
    });
  };
  document.addEventListener("visibilitychange", update);
  addEventListener("pagehide", () => events?.close());
  addEventListener("pageshow", (event) => event.persisted && update());
  update();
}

/** A hub without data sets: looks every two seconds whether there is one, and leads to it when its first commit landed. */
function awaitFirst(address: string): void {
  const look = async () => {
    if (document.visibilityState === "visible") {
      const answer = await fetch(address).catch(() => null);
      const found = answer?.ok ? ((await answer.json()) as { datasets?: { name: string; rows: number }[] }) : null;
      const landed = found?.datasets?.find((set) => set.rows > 0);
      if (landed) return location.assign(`/${landed.name}`);
    }
    setTimeout(() => void look(), 2000);
  };
  setTimeout(() => void look(), 2000);
}

/** Starts what the page's elements ask for. */
export function live(): void {
  const element = document.querySelector<HTMLElement>("[data-live]");
  if (element) listen(JSON.parse(element.dataset["live"] ?? "{}") as Live, element.dataset["first"]);
  const empty = document.querySelector<HTMLElement>("[data-await]");
  if (empty?.dataset["await"]) awaitFirst(empty.dataset["await"]);
}
