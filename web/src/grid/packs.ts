// Packs of thumbnails: one answer with up to 64 of them, since browsers open six connections to a server.

/** The files of a pack: the length of each in four bytes, little-endian, and its bytes; null where there is none. */
export function unpack(pack: ArrayBuffer): (Uint8Array<ArrayBuffer> | null)[] {
  const view = new DataView(pack);
  const files: (Uint8Array<ArrayBuffer> | null)[] = [];
  for (let at = 0; at + 4 <= pack.byteLength; ) {
    const length = view.getUint32(at, true);
    at += 4;
    if (at + length > pack.byteLength) break;
    files.push(length === 0 ? null : new Uint8Array(pack, at, length));
    at += length;
  }
  return files;
}

/** Things by name up to a number of bytes; the least recently used are given up first. */
export class ByteCache<T> {
  readonly #held = new Map<string, { value: T; bytes: number }>();
  #bytes = 0;

  constructor(readonly max: number, readonly drop: (value: T) => void) {}

  get bytes(): number {
    return this.#bytes;
  }

  get(name: string): T | undefined {
    const found = this.#held.get(name);
    if (!found) return undefined;
    this.#held.delete(name);
    this.#held.set(name, found);
    return found.value;
  }

  has(name: string): boolean {
    return this.#held.has(name);
  }

  set(name: string, value: T, bytes: number): void {
    const old = this.#held.get(name);
    if (old) {
      this.#held.delete(name);
      this.#bytes -= old.bytes;
      if (old.value !== value) this.drop(old.value);
    }
    this.#held.set(name, { value, bytes });
    this.#bytes += bytes;
    for (const [other, { value, bytes }] of this.#held) {
      if (this.#bytes <= this.max || other === name) break;
      this.#held.delete(other);
      this.#bytes -= bytes;
      this.drop(value);
    }
  }
}
