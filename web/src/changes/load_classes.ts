// The classes of a label, read once for each revision.

import { api, body } from "../kit";
import { type ClassList, type Concept, type Feature, featureAt, firstWord } from "./classes";
import type { SetProps } from "./store";

const read = new Map<string, Promise<ClassList>>();

/** The classes of a label (`objects.category`) of a revision, with their counts, and the concepts above them. */
export function classesOf(set: Pick<SetProps, "namespace" | "name">, rev: string, label: string): Promise<ClassList> {
  const key = JSON.stringify([set.namespace, set.name, rev, label]);
  let classes = read.get(key);
  if (!classes) {
    classes = load(set, rev, label);
    classes.catch(() => read.delete(key));
    read.set(key, classes);
  }
  return classes;
}

async function load(set: Pick<SetProps, "namespace" | "name">, rev: string, label: string): Promise<ClassList> {
  const path = { ns: set.namespace, name: set.name };
  const counts = body(api.GET("/api/v1/datasets/{ns}/{name}/facets", { params: { path, query: { rev, columns: label, concepts: true } } })).catch(() => null);
  const schema = await body(api.GET("/api/v1/datasets/{ns}/{name}/schema", { params: { path, query: { rev } } }));
  // A column's own name may have a dot in it.
  const column = schema.columns.find((one) => one.name === label || label.startsWith(`${one.name}.`));
  const members = label.slice((column?.name.length ?? 0) + 1).split(".").filter((step) => step !== "");
  const feature = column && featureAt(column.feature as unknown as Feature, members);
  const facet = (await counts)?.facets.find((one) => one.column === label);
  const concepts = new Map((facet?.concepts ?? []).map((one): [string, Concept] => [one.id, one]));
  const rows = new Map((facet?.buckets ?? []).map((bucket) => [bucket.class, bucket.all]));
  const classes = (feature?.names ?? []).map((name, value) => {
    const synset = feature?.synsets?.[value] ?? undefined;
    const title = synset === undefined ? undefined : concepts.get(synset)?.title;
    const isOther = title !== undefined && firstWord(title).toLowerCase() !== name.toLowerCase().replaceAll("_", " ");
    return { value, name, rows: rows.get(value) ?? 0, ...(synset === undefined ? {} : { synset }), ...(isOther ? { title } : {}) };
  });
  return { classes, concepts };
}
