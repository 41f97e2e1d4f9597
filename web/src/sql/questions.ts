// Questions in SQL: the list of those that were asked, and names that complete a word.

export interface Asked {
  sql: string;
  datasets: string;
}

const KEPT = 50;
const OFFERED = 8;

/** The list with a question in front, once. */
export function kept(all: Asked[], asked: Asked): Asked[] {
  if (!asked.sql) return all;
  const others = all.filter((one) => one.sql !== asked.sql || one.datasets !== asked.datasets);
  return [asked, ...others].slice(0, KEPT);
}

/** The word before the cursor, where it is, and the names that it may become. */
export function completion(text: string, cursor: number, names: string[]): { start: number; end: number; word: string; names: string[] } {
  const word = /[\p{L}_][\p{L}\p{N}_.]*$/u.exec(text.slice(0, cursor))?.[0] ?? "";
  const low = word.toLowerCase();
  const fits = word ? names.filter((name) => name.toLowerCase().startsWith(low) && name.toLowerCase() !== low) : [];
  return { start: cursor - word.length, end: cursor, word, names: fits.slice(0, OFFERED) };
}

/** Rows as JSON, one a line. */
export function asLines(rows: unknown[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join("");
}

/** A name for the file of a result: its first words. */
export function fileName(sql: string, ending: string): string {
  const words = sql.toLowerCase().match(/[a-z0-9_]+/g) ?? [];
  return `${words.slice(0, 6).join("-").slice(0, 60) || "result"}.${ending}`;
}
