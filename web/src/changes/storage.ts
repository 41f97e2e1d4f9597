// Where changes are kept until they are committed: in the browser (IndexedDB), by person and data set. Tabs tell each
// other what they changed.

import { hintOf } from "./hint";
import { type ChangeState, EMPTY } from "./history";

const DATABASE = "imagehub";
const TABLE = "changes";

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("the browser's database failed"));
  });
}

let opened: Promise<IDBDatabase> | undefined;

function database(): Promise<IDBDatabase> {
  opened ??= (() => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(TABLE);
    return done(request);
  })();
  return opened;
}

/** What is stored, with a number that each write draws anew: by it a tab knows whether another one wrote. */
interface Kept {
  state: ChangeState;
  mark: number;
}

/** The kept state of one person in one data set. */
export class Storage {
  #seen = 0;
  readonly #channel: BroadcastChannel;
  #queue: Promise<unknown> = Promise.resolve();

  readonly #key: string;

  constructor(key: string, onChange: () => void) {
    this.#key = key;
    this.#channel = new BroadcastChannel(`imagehub changes ${key}`);
    this.#channel.addEventListener("message", onChange);
  }

  /** Changes what is kept, in one transaction: other tabs can't come between. Calls are made in order. Says whether another tab wrote since the last one. */
  update(change: (state: ChangeState) => ChangeState): Promise<{ state: ChangeState; isForeign: boolean }> {
    const next = this.#queue.then(() => this.#write(change));
    this.#queue = next.catch(() => undefined);
    return next;
  }

  async #write(change: (state: ChangeState) => ChangeState): Promise<{ state: ChangeState; isForeign: boolean }> {
    const table = (await database()).transaction(TABLE, "readwrite", { durability: "strict" }).objectStore(TABLE);
    const kept = (await done(table.get(this.#key))) as Kept | undefined;
    const before = kept?.state ?? EMPTY;
    const isForeign = (kept?.mark ?? 0) !== this.#seen;
    this.#seen = kept?.mark ?? 0;
    const after = change(before);
    if (after === before) return { state: after, isForeign };
    const n = Object.keys(after.changes).length;
    const isEmpty = n + after.undo.length + after.redo.length === 0;
    const next: Kept = { state: after, mark: Math.random() };
    if (isEmpty) await done(table.delete(this.#key));
    else await done(table.put(next, this.#key));
    this.#seen = isEmpty ? 0 : next.mark;
    if (n > 0) localStorage.setItem(hintOf(this.#key), String(n));
    else localStorage.removeItem(hintOf(this.#key));
    this.#channel.postMessage("changed");
    return { state: after, isForeign };
  }
}
