/** The style class of the n-th class of a column (from 0): its colour, one of eight, always beside its name. */
export function colourClass(n: number): string {
  return `c${(n % 8) + 1}`;
}
