import assert from "node:assert/strict";
import { test } from "node:test";
import { layOut, MAX_HEIGHT, ScrollMap, thumbnailSize } from "./geometry";

test("cells fill the width", () => {
  const grid = layOut("grid", 1100, 144, 1_000_000);
  assert.equal(grid.columns, 7);
  assert.ok(grid.cell * 7 + 6 * grid.gap + 2 * grid.padding <= 1100 && grid.cell >= 144);
  assert.equal(grid.rows, Math.ceil(1_000_000 / 7));
  assert.equal(layOut("grid", 60, 144, 5).columns, 1);
  assert.equal(layOut("mosaic", 1100, 24, 100).columns, 43);
  assert.equal(layOut("table", 1100, 144, 100).rows, 100);
  assert.deepEqual([thumbnailSize(48), thumbnailSize(49), thumbnailSize(150), thumbnailSize(800)], [48, 96, 192, 384]);
});

test("a list that fits is not scaled", () => {
  const map = new ScrollMap(10_000, 800);
  assert.equal(map.moveTo(500), false);
  assert.equal(map.top, 500);
  assert.equal(map.goTo(99_999), 9200);
  assert.equal(map.isScaled, false);
});

test("the bar goes to a share of the list, the wheel by pixels", () => {
  const map = new ScrollMap(40_000_000, 800);
  assert.equal(map.area, MAX_HEIGHT);
  assert.equal(map.moveTo(map.maxPosition / 2), true);
  assert.equal(Math.round(map.top), Math.round(map.maxTop / 2));
  const before = map.top;
  assert.equal(map.moveTo(map.maxPosition / 2 + 100), false);
  assert.equal(map.top, before + 100);
  map.moveTo(map.maxPosition);
  assert.equal(map.top, map.maxTop);
  map.moveTo(0);
  assert.equal(map.top, 0);
});

test("every pixel can be reached by the wheel, from either end", () => {
  const map = new ScrollMap(40_000_000, 800);
  // Down a million pixels by steps of the wheel; the position is set anew where it comes near an end.
  for (let i = 0; i < 10_000; i++) {
    map.moveTo(map.position + 100);
    if (map.isFarOff()) map.position = map.positionOf(map.top);
    assert.ok(map.position >= 0 && map.position <= map.maxPosition);
  }
  assert.equal(map.top, 1_000_000);
  map.position = map.positionOf(map.top);
  let steps = 0;
  while (map.top > 0 && steps++ < 20_000) {
    map.moveTo(Math.max(0, map.position - 100));
    if (map.isFarOff()) map.position = map.positionOf(map.top);
  }
  assert.deepEqual([map.top, steps], [0, 10_000]);
  map.goTo(map.maxTop - 5000);
  steps = 0;
  while (map.top < map.maxTop && steps++ < 1000) {
    map.moveTo(Math.min(map.maxPosition, map.position + 100));
    if (map.isFarOff()) map.position = map.positionOf(map.top);
  }
  assert.deepEqual([map.top, steps], [map.maxTop, 50]);
});

test("going to a place and back is exact", () => {
  const map = new ScrollMap(40_000_000, 800);
  for (const top of [0, 1, 799, 3200, 123_456, 39_999_200, 39_990_000]) {
    const position = map.goTo(top);
    assert.equal(map.top, top);
    assert.ok(position >= 0 && position <= map.maxPosition);
  }
});
