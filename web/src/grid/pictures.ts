// The thumbnails of the rows that are shown. Large ones are blob URLs for <img>, small ones bitmaps for a canvas.

import { bytes, isAborted } from "../kit";
import { ByteCache, unpack } from "./packs";
import type { GridProps } from "./props";

const MAX_BYTES = 64 * 1024 * 1024;
/** Thumbnails of one pack: few enough that the first come soon. */
const PACK = { url: 24, bitmap: 64 };
const AT_ONCE = 3;
/** Pictures that are made of a pack at a time. */
const STEP = 6;
/** Milliseconds after which a pack that failed is asked for again. */
const AGAIN = 2000;

/** `null`: there is no picture, or it can't be decoded. */
export type Picture = { url: string } | { bitmap: ImageBitmap } | null;

export interface PictureKind {
  /** Pixels of the longest side. */
  size: number;
  /** Whether it is a square cut from the middle. */
  cover: boolean;
  as: "url" | "bitmap";
}

export class Pictures {
  readonly #props: GridProps;
  readonly #changed: () => void;
  readonly #held = new ByteCache<Picture>(MAX_BYTES, (picture) => {
    if (picture && "url" in picture) URL.revokeObjectURL(picture.url);
    if (picture && "bitmap" in picture) picture.bitmap.close();
  });
  readonly #loading = new Map<AbortController, string[]>();
  #kind: PictureKind = { size: 192, cover: true, as: "url" };
  #wanted: string[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(props: GridProps, changed: () => void) {
    this.#props = props;
    this.#changed = changed;
  }

  set kind(kind: PictureKind) {
    this.#kind = kind;
    this.stop();
  }

  #name(id: string): string {
    const { size, cover, as } = this.#kind;
    return `${size}${cover ? "c" : ""}${as[0]}${id}`;
  }

  /** The picture of a row; undefined where it isn't there yet. */
  of(id: string): Picture | undefined {
    return this.#held.get(this.#name(id));
  }

  /** Has the pictures of these rows read, in this order, instead of those that were wanted before. */
  want(ids: string[]): void {
    this.#wanted = ids.filter((id) => !this.#held.has(this.#name(id)));
    const wanted = new Set(this.#wanted);
    for (const [request, loading] of this.#loading) if (!loading.some((id) => wanted.has(id))) request.abort();
    this.#next();
  }

  stop(): void {
    this.#wanted = [];
    clearTimeout(this.#timer);
    for (const request of this.#loading.keys()) request.abort();
  }

  #next(): void {
    while (this.#loading.size < AT_ONCE) {
      const busy = new Set([...this.#loading.values()].flat());
      const ids = this.#wanted.filter((id) => !busy.has(id)).slice(0, PACK[this.#kind.as]);
      if (ids.length === 0) return;
      void this.#load(ids);
    }
  }

  async #load(ids: string[]): Promise<void> {
    const request = new AbortController();
    this.#loading.set(request, ids);
    const { size, cover, as } = this.#kind;
    const names = ids.map((id) => this.#name(id));
    const { namespace, name, rev, media } = this.#props;
    const query = new URLSearchParams({ rev, size: String(size), format: "webp", rows: ids.join(",") });
    if (media !== null) query.set("column", media);
    if (cover) query.set("fit", "cover");
    const set = `${encodeURIComponent(namespace)}/${encodeURIComponent(name)}`;
    try {
      const pack = await bytes(`/api/v1/datasets/${set}/thumbnails?${query}`, request.signal);
      const files = unpack(pack);
      // A few at a time, since each costs the browser some of a frame.
      for (let first = 0; first < names.length; first += STEP) {
        await Promise.all(names.slice(first, first + STEP).map((name, i) => this.#keep(name, files[first + i] ?? null, as)));
        this.#changed();
        await new Promise((resume) => setTimeout(resume));
      }
      this.#loading.delete(request);
      this.#wanted = this.#wanted.filter((id) => !ids.includes(id));
    } catch (error) {
      this.#loading.delete(request);
      if (!isAborted(error)) {
        const wanted = this.#wanted;
        this.#wanted = [];
        clearTimeout(this.#timer);
        this.#timer = setTimeout(() => this.want(wanted), AGAIN);
      }
    }
    this.#next();
  }

  async #keep(name: string, file: Uint8Array<ArrayBuffer> | null, as: "url" | "bitmap"): Promise<void> {
    if (file === null) return this.#held.set(name, null, 64);
    const blob = new Blob([file], { type: "image/webp" });
    if (as === "url") return this.#held.set(name, { url: URL.createObjectURL(blob) }, file.length + 256);
    const bitmap = await createImageBitmap(blob).catch(() => null);
    this.#held.set(name, bitmap && { bitmap }, bitmap ? 4 * bitmap.width * bitmap.height : 64);
  }
}
