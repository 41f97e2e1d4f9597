// What stands instead of cells, or above them: nothing found, an error, waiting, no connection.

import { inWords, ProblemError, useEffect, useState } from "../kit";
import type { SamplesApp } from "./app";
import { isFiltered } from "./list_state";
import { chipsOf } from "./words";

/** Is it true for longer than some milliseconds? */
function useLong(is: boolean, milliseconds: number): boolean {
  const [long, setLong] = useState(false);
  useEffect(() => {
    if (!is) return setLong(false);
    const timer = setTimeout(() => setLong(true), milliseconds);
    return () => clearTimeout(timer);
  }, [is, milliseconds]);
  return is && long;
}

/** A bar of two pixels while something takes longer than 400 ms. */
export function Progress({ app }: { app: SamplesApp }) {
  const slow = useLong(app.isListStale.value || app.areFacetsStale.value, 400);
  const isBusy = app.isListStale.value && app.listTrouble.value === null;
  const verySlow = useLong(isBusy, 3000);
  return (
    <>
      {slow && app.listTrouble.value === null && <div class="pg" role="progressbar" aria-label="Loading" />}
      {isBusy && (app.isWaiting.value || verySlow) && (
        <div class="note turn" role="status">
          Your filter takes its turn.
          <button type="button" class="btn s" onClick={() => history.back()}>Cancel</button>
        </div>
      )}
    </>
  );
}

export function Offline({ app }: { app: SamplesApp }) {
  if (!app.isOffline.value) return null;
  return (
    <p class="ln w" role="status">
      The hub can't be reached. What is here stays; changes are kept in this browser.
      <button type="button" class="btn s" onClick={() => app.retry()}>Try again</button>
    </p>
  );
}

export function Nothing({ app }: { app: SamplesApp }) {
  const error = app.listTrouble.value;
  const state = app.view.value;
  const chips = chipsOf(state);
  const last = chips.at(-1);
  if (error !== null && !app.isOffline.value) {
    return (
      <div class="nothing trouble" role="alert">
        <h2>{error instanceof ProblemError ? error.title : "The samples can't be shown"}</h2>
        <p class="any">{inWords(error)}</p>
        <button type="button" class="btn" onClick={() => app.retry()}>Try again</button>
        {last && <button type="button" class="btn" onClick={() => app.go(last.without)}>Drop “{last.words}”</button>}
      </div>
    );
  }
  if (app.total.value !== 0 || app.isListStale.value) return null;
  return (
    <div class="nothing" role="status">
      <p>{isFiltered(state) ? `No sample passes ${chips.length > 1 ? "all of these filters" : "this filter"}: ${chips.map((chip) => chip.words).join(", and ")}.` : "This revision has no samples."}</p>
      {last && <button type="button" class="btn" onClick={() => app.go(last.without)}>Drop “{last.words}”</button>}
    </div>
  );
}
