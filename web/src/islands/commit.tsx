// The dialog to commit: a file of its own, which the bar of changes loads when there is something to commit.

export { CommitDialog } from "../commit/dialog";
