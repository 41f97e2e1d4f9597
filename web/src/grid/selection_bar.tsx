// The dark bar at the bottom: how many samples are selected, and what can be done with them, with the keys.

import { count, Icon, type ReadonlySignal } from "../kit";

/** The key that a shortcut begins with, as it stands on the keyboard. */
const MOD = /Mac|iPhone|iPad/.test(navigator.platform) ? "⌘" : "Ctrl ";

export interface Action {
  key: string;
  label: string;
  icon: string;
  /** Why it can't be done here; empty if it can. */
  refusal: string;
  run: () => void;
}

interface BarProps {
  selected: ReadonlySignal<number>;
  total: ReadonlySignal<number | null>;
  actions: ReadonlySignal<Action[]>;
  /** Changes that aren't committed. */
  changes: ReadonlySignal<number>;
  commit: () => void;
  all: () => void;
  none: () => void;
}

export function SelectionBar({ selected, total, actions, changes, commit, all, none }: BarProps) {
  const n = selected.value;
  if (n === 0 && changes.value === 0) return null;
  return (
    <div class="sb" role="toolbar" aria-label="Selection">
      {n > 0 && (
        <>
          <span class="n num">{count(n)} selected</span>
          {n < (total.value ?? 0) && (
            <button type="button" class="hide" onClick={all}>
              All <kbd aria-hidden="true">{MOD}A</kbd>
            </button>
          )}
          {actions.value.map((action) => (
            <button key={action.key} type="button" aria-disabled={action.refusal !== "" ? "true" : undefined} title={action.refusal || undefined} onClick={action.run}>
              <Icon name={action.icon} />
              <span class="hide">{action.label}</span>
              <kbd aria-hidden="true">{action.key}</kbd>
            </button>
          ))}
          <button type="button" onClick={none}>
            None
            <kbd aria-hidden="true">Esc</kbd>
          </button>
        </>
      )}
      {changes.value > 0 && (
        <button type="button" class="go" onClick={commit}>
          <Icon name="git-commit-horizontal" />
          Commit {count(changes.value)} {changes.value === 1 ? "change" : "changes"}
          <kbd aria-hidden="true">{MOD}↵</kbd>
        </button>
      )}
    </div>
  );
}
