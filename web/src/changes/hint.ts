/** The name of the number of changes in `localStorage`: pages look there whether to load more. */
export function hintOf(key: string): string {
  return `changes ${key}`;
}
