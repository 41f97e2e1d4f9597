// The classes of a label, and those that words or concepts find among them. Pure.

/** A class that a label can be set to. */
export interface Class {
  /** Its number. */
  value: number;
  name: string;
  /** Its concept's id. */
  synset?: string;
  /** The concept in a word, where the class's name is another. */
  title?: string;
  /** Rows of the revision that have it. */
  rows: number;
}

/** A WordNet concept that a class of the label is, or is a kind of. */
export interface Concept {
  id: string;
  title: string;
  parents: string[];
}

export interface ClassList {
  classes: Class[];
  concepts: Map<string, Concept>;
}

/** A class with why it was found: the concept that it is a kind of. */
export interface Found {
  class: Class;
  because?: string;
}

/** All concepts above a concept, each with how many steps it is away. */
export function above(concepts: Map<string, Concept>, id: string): Map<string, number> {
  const steps = new Map([[id, 0]]);
  const left = [id];
  for (let next = left.shift(); next !== undefined; next = left.shift()) {
    for (const parent of concepts.get(next)?.parents ?? []) {
      if (!steps.has(parent)) {
        steps.set(parent, (steps.get(next) ?? 0) + 1);
        left.push(parent);
      }
    }
  }
  return steps;
}

/** How well a text fits what was typed: 0 the same, then beginnings, beginnings of a word, and parts; null not at all. */
function fit(text: string, typed: string): number | null {
  const at = text.toLowerCase().indexOf(typed);
  if (at < 0) return null;
  if (at === 0) return text.length === typed.length ? 0 : 1;
  return /[\s_,-]/.test(text[at - 1] ?? "") ? 2 : 3;
}

/** The classes that fit what was typed: by name, then those of a concept so called; the most frequent first. */
export function find({ classes, concepts }: ClassList, typed: string, limit: number): Found[] {
  const words = typed.trim().toLowerCase();
  if (words === "") return [...classes].sort((a, b) => b.rows - a.rows).slice(0, limit).map((one) => ({ class: one }));
  const wanted = [...concepts.values()].filter((concept) => concept.title.split(",").some((word) => (fit(word.trim(), words) ?? 3) < 2));
  const titles = new Map(wanted.map((concept) => [concept.id, concept.title]));
  const ranked: { found: Found; rank: number }[] = [];
  for (const one of classes) {
    const fits = [fit(one.name, words), one.title === undefined ? null : fit(one.title, words)].filter((n) => n !== null);
    if (fits.length > 0) {
      ranked.push({ found: { class: one }, rank: Math.min(...fits) });
      continue;
    }
    const of = one.synset === undefined || titles.size === 0 ? [] : [...above(concepts, one.synset)].filter(([id]) => titles.has(id));
    const nearest = of.sort((a, b) => a[1] - b[1])[0];
    if (nearest) ranked.push({ found: { class: one, because: firstWord(titles.get(nearest[0]) ?? "") }, rank: 4 + nearest[1] });
  }
  ranked.sort((a, b) => a.rank - b.rank || b.found.class.rows - a.found.class.rows);
  return ranked.slice(0, limit).map((one) => one.found);
}

/** The classes whose concepts are nearest to that of a class, in WordNet. */
export function near({ classes, concepts }: ClassList, name: string, limit: number): Class[] {
  const from = classes.find((one) => one.name === name);
  if (from?.synset === undefined) return [];
  const own = above(concepts, from.synset);
  const distance = (one: Class) => {
    let least = Infinity;
    if (one.synset !== undefined) for (const [id, steps] of above(concepts, one.synset)) least = Math.min(least, steps + (own.get(id) ?? Infinity));
    return least;
  };
  const others = classes.filter((one) => one.name !== name).map((one) => ({ one, at: distance(one) }));
  const found = others.filter(({ at }) => at <= 8).sort((a, b) => a.at - b.at || b.one.rows - a.one.rows);
  return found.slice(0, limit).map(({ one }) => one);
}

export function firstWord(title: string): string {
  return title.split(",")[0] ?? title;
}

/** A feature of the schema, as far as labels and shapes need it. */
export interface Feature {
  type: string;
  names?: string[];
  synsets?: (string | null)[];
  item?: Feature;
  fields?: { name: string; feature: Feature }[];
  skeleton?: [number, number][];
  encoding?: string;
}

/** The feature of a label: `objects.category` leads through lists and structs. */
export function featureAt(feature: Feature, members: readonly string[]): Feature | undefined {
  if (feature.type === "list" && feature.item) return featureAt(feature.item, members);
  const [member, ...rest] = members;
  if (member === undefined) return feature;
  const field = feature.fields?.find((one) => one.name === member);
  return field && featureAt(field.feature, rest);
}
