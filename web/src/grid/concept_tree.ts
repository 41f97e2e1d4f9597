// The concepts of a label as a tree with ticks: which are ticked, and what a tick changes.

import type { Schema } from "../kit";

export interface ConceptNode {
  id: string;
  name: string;
  title: string;
  count: number;
  all: number;
  parents: string[];
  children: string[];
  /** The classes that are this concept. */
  classes: string[];
}

export type ConceptTree = Map<string, ConceptNode>;

/** The tree of a facet; empty where no class has a concept. */
export function treeOf(facet: Schema["FacetView"]): ConceptTree {
  const tree: ConceptTree = new Map();
  for (const one of facet.concepts ?? []) tree.set(one.id, { ...one, parents: one.parents.slice(), children: [], classes: [] });
  for (const node of tree.values()) {
    node.parents = node.parents.filter((id) => tree.has(id));
    for (const parent of node.parents) tree.get(parent)?.children.push(node.id);
  }
  for (const bucket of facet.buckets) {
    if (typeof bucket.synset === "string" && typeof bucket.value === "string") tree.get(bucket.synset)?.classes.push(bucket.value);
  }
  for (const node of tree.values()) node.children.sort((a, b) => (tree.get(b)?.all ?? 0) - (tree.get(a)?.all ?? 0));
  return tree;
}

/** Goes down from concepts with only one kind, which has all of its rows: they say nothing here. */
function shown(tree: ConceptTree, id: string): string {
  let at = id;
  for (let steps = 0; steps < 32; steps++) {
    const node = tree.get(at);
    const only = node?.children.length === 1 ? tree.get(node.children[0] as string) : undefined;
    if (!node || !only || node.classes.length > 0 || only.all !== node.all) break;
    at = only.id;
  }
  return at;
}

/** The concepts to show below one; of the whole tree for null. */
export function childrenOf(tree: ConceptTree, id: string | null): string[] {
  const below = id === null ? [...tree.values()].filter((node) => node.parents.length === 0).map((node) => node.id) : (tree.get(id)?.children ?? []);
  return [...new Set(below.map((one) => shown(tree, one)))];
}

/** The concepts that are open at first: those with the most rows, until there is enough to choose between. */
export function openAtFirst(tree: ConceptTree, enough = 8): Set<string> {
  const open = new Set<string>();
  const seen = childrenOf(tree, null);
  while (seen.length < enough) {
    const next = seen.filter((id) => !open.has(id) && childrenOf(tree, id).length > 0).sort((a, b) => (tree.get(b)?.all ?? 0) - (tree.get(a)?.all ?? 0))[0];
    if (next === undefined) break;
    open.add(next);
    seen.push(...childrenOf(tree, next).filter((id) => !seen.includes(id)));
  }
  return open;
}

export function isAbove(tree: ConceptTree, above: string, id: string): boolean {
  const seen = new Set<string>();
  const go = (at: string): boolean => {
    if (seen.has(at)) return false;
    seen.add(at);
    return (tree.get(at)?.parents ?? []).some((parent) => parent === above || go(parent));
  };
  return go(id);
}

export interface Ticks {
  /** Names of concepts, such as `dog.n.01`. */
  concepts: string[];
  classes: string[];
}

const idsOf = (tree: ConceptTree, names: string[]) => [...tree.values()].filter((node) => names.includes(node.name) || names.includes(node.id)).map((node) => node.id);

/** `yes`, `some` of its kinds, or `no`. */
export function tickOf(tree: ConceptTree, ticks: Ticks, id: string): "yes" | "some" | "no" {
  const ticked = idsOf(tree, ticks.concepts);
  if (ticked.some((one) => one === id || isAbove(tree, one, id))) return "yes";
  const node = tree.get(id);
  if (node && node.children.length === 0 && node.classes.length > 0 && node.classes.every((name) => ticks.classes.includes(name))) return "yes";
  const ofClasses = [...tree.values()].filter((other) => other.classes.some((name) => ticks.classes.includes(name)));
  const below = [...ticked, ...ofClasses.map((other) => other.id)];
  return below.some((one) => one === id || isAbove(tree, id, one)) ? "some" : "no";
}

/** The ticks after one was set or taken away. */
export function toggled(tree: ConceptTree, ticks: Ticks, id: string): Ticks {
  const node = tree.get(id);
  if (!node) return ticks;
  const nameOf = (one: string) => tree.get(one)?.name ?? one;
  const isBelow = (one: string) => one === id || isAbove(tree, id, one);
  const [known, unknown] = [idsOf(tree, ticks.concepts), ticks.concepts.filter((name) => idsOf(tree, [name]).length === 0)];
  const classesBelow = new Set([...tree.values()].filter((other) => isBelow(other.id)).flatMap((other) => other.classes));
  const rest = { concepts: known.filter((one) => !isBelow(one)), classes: ticks.classes.filter((name) => !classesBelow.has(name)) };
  if (tickOf(tree, ticks, id) !== "yes") return { concepts: [...unknown, ...rest.concepts.map(nameOf), node.name], classes: rest.classes };
  // Without this one, what was ticked above it is all of its other kinds.
  const concepts: string[] = [];
  const classes = [...rest.classes];
  const expand = (above: string) => {
    for (const child of tree.get(above)?.children ?? []) {
      if (isBelow(child)) continue;
      if (isAbove(tree, child, id)) expand(child);
      else if (!concepts.includes(child)) concepts.push(child);
    }
    for (const name of tree.get(above)?.classes ?? []) if (!classes.includes(name)) classes.push(name);
  };
  for (const one of rest.concepts) {
    if (isAbove(tree, one, id)) expand(one);
    else if (!concepts.includes(one)) concepts.push(one);
  }
  return { concepts: [...unknown, ...concepts.map(nameOf)], classes };
}
