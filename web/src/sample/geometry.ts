// How a picture lies on the stage, and how boxes are changed. Pure; all lengths are in pixels.

import type { Box } from "../changes";

export interface Size {
  width: number;
  height: number;
}

/** The picture's scale, and where its top left corner is on the stage. */
export interface View {
  scale: number;
  x: number;
  y: number;
}

export const MAX_SCALE = 32;
/** Space around a picture that is shown whole, and above it, where the switches are. */
const MARGIN = 20;
const TOP = 56;

/** The picture whole, in the middle; small ones are enlarged by a whole number, so that their pixels stay equal. */
export function fitted(picture: Size, stage: Size): View {
  const room = { width: stage.width - 2 * MARGIN, height: stage.height - TOP - MARGIN };
  const most = Math.min(room.width / picture.width, room.height / picture.height);
  const scale = Math.min(MAX_SCALE, Math.max(most >= 4 ? Math.floor(most) : most, 0.001));
  return { scale, x: (stage.width - picture.width * scale) / 2, y: TOP + (room.height - picture.height * scale) / 2 };
}

/** The view after zooming by a factor, with the stage's point `at` fixed. */
export function zoomed(view: View, factor: number, at: { x: number; y: number }, picture: Size, stage: Size): View {
  const least = Math.min(fitted(picture, stage).scale, 1);
  const scale = Math.min(MAX_SCALE, Math.max(least, view.scale * factor));
  const by = scale / view.scale;
  return kept({ scale, x: at.x - (at.x - view.x) * by, y: at.y - (at.y - view.y) * by }, picture, stage);
}

/** A view that doesn't lose the picture: its middle part stays on the stage, and what fits is in the middle. */
export function kept(view: View, picture: Size, stage: Size): View {
  const along = (at: number, length: number, room: number) => {
    const size = length * view.scale;
    if (size <= room) return (room - size) / 2;
    return Math.min(room / 2, Math.max(at, room / 2 - size));
  };
  return { scale: view.scale, x: along(view.x, picture.width, stage.width), y: along(view.y, picture.height, stage.height) };
}

/** The view with these pixels of the picture in the middle, if they aren't to be seen whole. */
export function showing(view: View, box: Box, picture: Size, stage: Size): View {
  const [left, top] = [view.x + box.x * view.scale, view.y + box.y * view.scale];
  const isSeen = left >= 0 && top >= 0 && left + box.width * view.scale <= stage.width && top + box.height * view.scale <= stage.height;
  if (isSeen) return view;
  const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  return kept({ scale: view.scale, x: stage.width / 2 - middle.x * view.scale, y: stage.height / 2 - middle.y * view.scale }, picture, stage);
}

/** The eight handles of a box: which sides each moves. */
export const HANDLES = ["nw", "n", "ne", "e", "se", "s", "sw", "w"] as const;
export type Handle = (typeof HANDLES)[number];

/** Where a handle is. */
export function placeOf(handle: Handle, box: Box): { x: number; y: number } {
  const along = (from: number, length: number, isFirst: boolean, isLast: boolean) => (isFirst ? from : isLast ? from + length : from + length / 2);
  return {
    x: along(box.x, box.width, handle.includes("w"), handle.includes("e")),
    y: along(box.y, box.height, handle.includes("n"), handle.includes("s")),
  };
}

/** A box of which a handle was moved by so much; drawn over its other side, it turns round. */
export function resized(box: Box, handle: Handle, dx: number, dy: number, within: Size): Box {
  let [left, top, right, bottom] = [box.x, box.y, box.x + box.width, box.y + box.height];
  if (handle.includes("w")) left += dx;
  if (handle.includes("e")) right += dx;
  if (handle.includes("n")) top += dy;
  if (handle.includes("s")) bottom += dy;
  return between({ x: left, y: top }, { x: right, y: bottom }, within);
}

/** The box between two corners, cut at the picture's edges. */
export function between(a: { x: number; y: number }, b: { x: number; y: number }, within: Size): Box {
  const cut = (at: number, room: number) => Math.min(room, Math.max(0, at));
  const [x, y] = [cut(Math.min(a.x, b.x), within.width), cut(Math.min(a.y, b.y), within.height)];
  const [right, bottom] = [cut(Math.max(a.x, b.x), within.width), cut(Math.max(a.y, b.y), within.height)];
  return rounded({ x, y, width: right - x, height: bottom - y });
}

/** A box moved by so much, kept inside of the picture; one that is partly outside goes no further out. */
export function moved(box: Box, dx: number, dy: number, within: Size): Box {
  const along = (at: number, by: number, length: number, room: number) => Math.min(Math.max(at, room - length), Math.max(Math.min(0, at), at + by));
  return rounded({ ...box, x: along(box.x, dx, box.width, within.width), y: along(box.y, dy, box.height, within.height) });
}

/** Hundredths of a pixel are enough. */
export function rounded(box: Box): Box {
  const round = (n: number) => Math.round(n * 100) / 100;
  return { x: round(box.x), y: round(box.y), width: round(box.width), height: round(box.height) };
}

/** The width and height of a picture as it is seen: turned, if its orientation says so; of raw pixels, by their shape. */
export function sizeOf(media: Record<string, unknown> | null): Size | null {
  const number = (name: string) => (typeof media?.[name] === "number" ? (media[name] as number) : 0);
  let [width, height] = [number("width"), number("height")];
  const shape = media?.["shape"];
  if (width === 0 && Array.isArray(shape)) {
    const lengths = shape.map(Number);
    if (lengths.length === 2 || (lengths.length === 3 && (lengths[2] ?? 9) <= 4)) [height = 0, width = 0] = lengths;
    else if (lengths.length === 3) [, height = 0, width = 0] = lengths;
  }
  if (number("orientation") >= 5 && number("orientation") <= 8) [width, height] = [height, width];
  return width >= 1 && height >= 1 ? { width, height } : null;
}
