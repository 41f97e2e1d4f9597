// The colour of each class.

import { api, body, colourClass } from "../kit";
import type { Model } from "./model";

/** The colour of a class by its place among all, the most frequent first. */
function coloursBy(names: readonly string[]): (name: string) => string {
  const ranks = new Map(names.map((name, i) => [name, i]));
  return (name) => colourClass(ranks.get(name) ?? ranks.size);
}

/** Colours go by how frequent a class is in the data set, as the server gives them. */
export function loadColours(model: Model): void {
  const { namespace: ns, name } = model.props;
  body(api.GET("/api/v1/datasets/{ns}/{name}/stats", { params: { path: { ns, name }, query: { rev: model.rev } } })).then(
    ({ stats }) => {
      const { columns = [] } = stats as { columns?: { labels?: { classes: { name: string; count: number }[] }[] }[] };
      const classes = columns.flatMap((column) => column.labels ?? []).flatMap((label) => label.classes);
      model.colours.value = coloursBy([...new Set(classes.sort((a, b) => b.count - a.count).map((one) => one.name))]);
    },
    () => undefined,
  );
}

