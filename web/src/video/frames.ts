// Frames of a video by number and time. No DOM: tested by `node --test`.

/** A box on some frames of a video, in pixels of the video. */
export interface FrameBox {
  x: number;
  y: number;
  width: number;
  height: number;
  label: string;
  /** The style class of its colour. */
  colour: string;
  /** The frame that it is on, from 0; null: on all. */
  frame: number | null;
}

/** When each frame begins: the n-th of a video of `fps` frames a second, where the server has no exact times. */
export function evenTimes(count: number, fps: number): number[] {
  return Array.from({ length: count }, (_, n) => n / fps);
}

/** The number of the frame that is shown at a time: the last that has begun. */
export function frameAt(times: readonly number[], seconds: number): number {
  // A player's times are rounded.
  const at = seconds + 1e-4;
  let [low, high] = [0, times.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((times[middle] ?? Infinity) <= at) low = middle;
    else high = middle - 1;
  }
  return Math.max(0, low);
}

/** A time within a frame: its middle, since players round, and show the one before if asked for its very beginning. */
export function middleOf(times: readonly number[], n: number, duration: number): number {
  const begin = times[n] ?? 0;
  const end = times[n + 1] ?? Math.max(duration, begin);
  return begin + (end > begin ? (end - begin) / 2 : 0);
}

/** The boxes of a frame. Where only some frames have boxes, those of the last such frame stay until the next one, but not longer than the usual step between them. */
export function boxesAt(boxes: readonly FrameBox[], n: number): FrameBox[] {
  const always = boxes.filter((box) => box.frame === null);
  const frames = [...new Set(boxes.flatMap((box) => (box.frame === null ? [] : [box.frame])))].sort((a, b) => a - b);
  const last = frames.filter((frame) => frame <= n).at(-1);
  if (last === undefined || n - last >= usualStep(frames)) return always;
  return [...always, ...boxes.filter((box) => box.frame === last)];
}

/** The median step between the frames that have boxes, at least 1. */
function usualStep(frames: readonly number[]): number {
  const steps = frames.slice(1).map((frame, i) => frame - (frames[i] ?? 0)).sort((a, b) => a - b);
  return Math.max(1, steps[Math.floor(steps.length / 2)] ?? 1);
}

/** The speed after another press of J (`-1`) or L (`1`): 1, 2, 4, 8 in that direction. */
export function faster(speed: number, direction: 1 | -1): number {
  return Math.sign(speed) === direction ? Math.max(-8, Math.min(8, speed * 2)) : direction;
}
