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

/** The kept state of one person in one data set. */
export class Storage {
  private readonly channel: BroadcastChannel;
  private queue: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly key: string,
    onChange: () => void,
  ) {
    this.channel = new BroadcastChannel(`imagehub changes ${key}`);
    this.channel.addEventListener("message", onChange);
  }

  /** Changes what is kept, in one transaction: other tabs can't come between. Calls are made in order. */
  update(change: (state: ChangeState) => ChangeState): Promise<ChangeState> {
    const next = this.queue.then(() => this.write(change));
    this.queue = next.catch(() => undefined);
    return next;
  }

  private async write(change: (state: ChangeState) => ChangeState): Promise<ChangeState> {
    const table = (await database()).transaction(TABLE, "readwrite", { durability: "strict" }).objectStore(TABLE);
    const before = ((await done(table.get(this.key))) as ChangeState | undefined) ?? EMPTY;
    const after = change(before);
    if (after === before) return after;
    const n = Object.keys(after.changes).length;
    if (n + after.undo.length + after.redo.length > 0) await done(table.put(after, this.key));
    else await done(table.delete(this.key));
    if (n > 0) localStorage.setItem(hintOf(this.key), String(n));
    else localStorage.removeItem(hintOf(this.key));
    this.channel.postMessage("changed");
    return after;
  }
}
