// The address of a request. No DOM: tested by `node --test`.

/** What fills an address of the OpenAPI document. */
export interface Params {
  path?: Record<string, string | number>;
  query?: Record<string, unknown>;
}

/** `/rows/{row}` with its parts and its query; a list is a parameter for each item. */
export function addressOf(path: string, { path: parts = {}, query = {} }: Params): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(parts[name] ?? ""));
  const found = Object.entries(query).flatMap(([name, value]) => [value].flat().flatMap((one) => (one === undefined || one === null ? [] : [[name, String(one)]])));
  return found.length === 0 ? filled : `${filled}?${new URLSearchParams(found)}`;
}
