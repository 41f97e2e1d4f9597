import assert from "node:assert/strict";
import { test } from "node:test";

import { clock, dbfs, following, heat, level, peakOf, shifted, ticks, zoomed } from "./stretch";

test("zooming keeps the moment in its place, and stays within the recording", () => {
  assert.deepEqual(zoomed({ from: 0, to: 10 }, 2, 5, 10), { from: 2.5, to: 7.5 });
  assert.deepEqual(zoomed({ from: 0, to: 10 }, 2, 0, 10), { from: 0, to: 5 });
  assert.deepEqual(zoomed({ from: 2.5, to: 7.5 }, 0.25, 5, 10), { from: 0, to: 10 });
  const nearest = zoomed({ from: 1, to: 1.01 }, 100, 1.005, 10);
  assert.ok(Math.abs(nearest.to - nearest.from - 0.005) < 1e-9);
});

test("a view moves, and follows the playhead page by page", () => {
  assert.deepEqual(shifted({ from: 2, to: 4 }, -5, 10), { from: 0, to: 2 });
  assert.deepEqual(shifted({ from: 2, to: 4 }, 7, 10), { from: 8, to: 10 });
  assert.deepEqual(following({ from: 2, to: 4 }, 3, 10), { from: 2, to: 4 });
  assert.deepEqual(following({ from: 2, to: 4 }, 4.1, 10), { from: 4.1, to: 6.1 });
  assert.deepEqual(following({ from: 2, to: 4 }, 0.5, 10), { from: 0.5, to: 2.5 });
});

test("levels are in dBFS", () => {
  assert.ok(Math.abs(dbfs(0.5) + 6.0206) < 1e-3);
  assert.deepEqual([level(1), level(0.5), level(0), level(1.122)], ["0.0 dBFS", "−6.0 dBFS", "−∞ dBFS", "1.0 dBFS"]);
  const peaks = { from: 1, to: 3, low: [-0.5, -0.1, null, -0.9], high: [0.2, 0.3, null, 0.1] };
  assert.equal(peakOf(peaks, { from: 1, to: 3 }), 0.9);
  assert.equal(peakOf(peaks, { from: 1, to: 2 }), 0.5);
  assert.equal(peakOf(peaks, { from: 2.1, to: 2.4 }), null);
});

test("the ruler has round moments, and times are exact", () => {
  assert.deepEqual(ticks({ from: 0, to: 0.64 }, 8), [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6]);
  assert.deepEqual(ticks({ from: 3590, to: 3660 }, 6), [3600, 3615, 3630, 3645, 3660]);
  assert.deepEqual([clock(7.25), clock(3723.9996), clock(59.9, 0), clock(0.1, 1)], ["0:07.250", "1:02:04.000", "1:00", "0:00.1"]);
});

test("louder is lighter", () => {
  const light = (value: number) => heat(value).reduce((sum, channel) => sum + channel, 0);
  for (let value = 1; value < 256; value++) assert.ok(light(value) >= light(value - 1), String(value));
  assert.deepEqual([heat(-5), heat(300)], [[8, 9, 20], [252, 253, 191]]);
});
