// Changes that aren't committed yet: one file, changes.js, that the islands of a page share. Islands import all of it from
// "../changes".
//
//     const changes = openChanges();            // null for those who may not write
//     changes.make("Relabel", [{ rowId, column: "label", path: "", action: "set", type: "label", was, value: "horse" }]);
//     openPicker({ set: changes.set, rev: changes.base, label: "label", current: "cow", onPick }, cell);
//     changes.openCommit();

import { mount } from "../kit";
import { ChangesBar } from "./bar";
import { Changes, type SetProps } from "./store";

export * from "./group_title";
export * from "./load_classes";
export * from "./picker";
export * from "./pure";
export { Changes, rowThumbnail } from "./store";
export type { SetProps } from "./store";

let ofPage: Changes | null = null;

/** The changes of the page's data set; null for those who may not write. */
export function openChanges(): Changes | null {
  return ofPage;
}

mount<SetProps>("changes", (props) => {
  ofPage = new Changes(props);
  return <ChangesBar changes={ofPage} />;
});
