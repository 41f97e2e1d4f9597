// Draws waveforms, rulers and spectrograms on canvases.

import type { Schema } from "../kit";
import { clock, heat, type Stretch, ticks } from "./stretch";

/** A canvas as large as its element on the screen, cleared; null where it isn't shown. */
function cleared(canvas: HTMLCanvasElement): { g: CanvasRenderingContext2D; width: number; height: number } | null {
  const { clientWidth: width, clientHeight: height } = canvas;
  const g = canvas.getContext("2d");
  if (!g || width === 0 || height === 0) return null;
  const scale = devicePixelRatio;
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  g.setTransform(scale, 0, 0, scale, 0, 0);
  return { g, width, height };
}

function colour(canvas: HTMLElement, name: string): string {
  return getComputedStyle(canvas).getPropertyValue(name).trim();
}

/** The part of `peaks` that `view` shows, which may be another one: while the new one loads, the old one is stretched. */
export function drawWave(canvas: HTMLCanvasElement, peaks: Schema["PeaksView"], view: Stretch): void {
  const place = cleared(canvas);
  if (!place) return;
  const { g, width, height } = place;
  const middle = height / 2;
  g.fillStyle = "#ffffff14";
  const levels: [string, number][] = [["0", 1], ["−6", 0.501], ["−12 dBFS", 0.251]];
  for (const [, amplitude] of levels) {
    g.fillRect(0, Math.round(middle - amplitude * (middle - 1)), width, 1);
    g.fillRect(0, Math.round(middle + amplitude * (middle - 1)), width, 1);
  }
  const n = peaks.low.length;
  const part = (peaks.to - peaks.from) / n;
  const x = (seconds: number) => ((seconds - view.from) / (view.to - view.from)) * width;
  g.fillStyle = colour(canvas, "--c1");
  for (let i = 0; i < n; i++) {
    const [low, high] = [peaks.low[i] ?? null, peaks.high[i] ?? null];
    if (low === null || high === null) continue;
    const [left, right] = [x(peaks.from + i * part), x(peaks.from + (i + 1) * part)];
    if (right < 0 || left > width) continue;
    const [top, bottom] = [middle - high * (middle - 1), middle - low * (middle - 1)];
    g.fillRect(left, top, Math.max(1, right - left), Math.max(1, bottom - top));
  }
  g.fillStyle = colour(canvas, "--stage-ink-2");
  g.font = `10px ${getComputedStyle(canvas).fontFamily}`;
  g.textBaseline = "top";
  for (const [text, amplitude] of levels) g.fillText(text, 4, middle - amplitude * (middle - 1) + 2);
  // Where full scale is reached, the recording may be cut off.
  g.fillStyle = colour(canvas, "--c6");
  for (let i = 0; i < n; i++) {
    if (Math.max(Math.abs(peaks.low[i] ?? 0), Math.abs(peaks.high[i] ?? 0)) < 0.999) continue;
    g.fillRect(x(peaks.from + i * part), 0, Math.max(2, (part / (view.to - view.from)) * width), 3);
  }
}

export function drawRuler(canvas: HTMLCanvasElement, view: Stretch): void {
  const place = cleared(canvas);
  if (!place) return;
  const { g, width, height } = place;
  const moments = ticks(view, Math.max(2, Math.floor(width / 90)));
  const step = (moments[1] ?? 1) - (moments[0] ?? 0);
  const digits = step >= 1 ? 0 : step >= 0.1 ? 1 : step >= 0.01 ? 2 : 3;
  g.fillStyle = colour(canvas, "--stage-ink-2");
  g.font = `11px ${getComputedStyle(canvas).fontFamily}`;
  g.textBaseline = "middle";
  for (const moment of moments) {
    const x = ((moment - view.from) / (view.to - view.from)) * width;
    g.fillRect(Math.round(x), 0, 1, 4);
    const text = clock(moment, digits);
    g.fillText(text, Math.max(0, Math.min(x + 4, width - g.measureText(text).width)), height / 2 + 2);
  }
}

/** A spectrogram (one channel: white is full scale) in colours. */
export function coloured(picture: ImageBitmap): OffscreenCanvas {
  const canvas = new OffscreenCanvas(picture.width, picture.height);
  const g = canvas.getContext("2d");
  if (!g) return canvas;
  g.drawImage(picture, 0, 0);
  const pixels = g.getImageData(0, 0, picture.width, picture.height);
  const colours = Array.from({ length: 256 }, (_, value) => heat(value));
  for (let i = 0; i < pixels.data.length; i += 4) pixels.data.set(colours[pixels.data[i] ?? 0] ?? [0, 0, 0], i);
  g.putImageData(pixels, 0, 0);
  return canvas;
}

/** A spectrogram, stretched from its own time to that of the view. */
export function drawSpectrogram(canvas: HTMLCanvasElement, picture: OffscreenCanvas, of: Stretch, view: Stretch): void {
  const place = cleared(canvas);
  if (!place) return;
  const { g, width, height } = place;
  const x = (seconds: number) => ((seconds - view.from) / (view.to - view.from)) * width;
  g.drawImage(picture, x(of.from), 0, x(of.to) - x(of.from), height);
}
