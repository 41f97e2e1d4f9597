// What the field of Ctrl K finds: data sets, concepts, classes of the page's data set, and commands. Pure but for the page's links.

/** Something to go to or to do. */
export interface Result {
  group: "Do" | "Data sets" | "Classes" | "Concepts";
  title: string;
  note?: string;
  icon: string;
  run: () => void;
}

/** The results that fit all words, the groups in their order. */
export function fitting(all: readonly Result[], typed: string, most = 8): Result[] {
  const words = typed.toLowerCase().split(/\s+/).filter((word) => word !== "");
  const left = new Map<string, number>();
  return all.filter(({ group, title, note }) => {
    const text = `${title} ${note ?? ""}`.toLowerCase();
    if (!words.every((word) => text.includes(word))) return false;
    left.set(group, (left.get(group) ?? 0) + 1);
    return (left.get(group) ?? 0) <= most;
  });
}
