// The part of a recording that is shown, in seconds. No DOM: tested by `node --test`.

export interface Stretch {
  from: number;
  to: number;
}

/** The shortest stretch that is shown, in seconds. */
const SHORTEST = 0.005;

/** Zooms by a factor (2: twice as near), so that the moment `at` stays where it is; within `duration`. */
export function zoomed(view: Stretch, factor: number, at: number, duration: number): Stretch {
  const length = Math.min(duration, Math.max(SHORTEST, (view.to - view.from) / factor));
  const share = (at - view.from) / (view.to - view.from || 1);
  return within(at - share * length, length, duration);
}

/** Moves the view by seconds. */
export function shifted(view: Stretch, by: number, duration: number): Stretch {
  return within(view.from + by, view.to - view.from, duration);
}

/** A view of the same length that has the moment in it: a page further if it ran out of it. */
export function following(view: Stretch, at: number, duration: number): Stretch {
  if (at >= view.from && at <= view.to) return view;
  return within(at, view.to - view.from, duration);
}

function within(from: number, length: number, duration: number): Stretch {
  const begin = Math.max(0, Math.min(from, duration - length));
  return { from: begin, to: Math.min(duration, begin + length) };
}

/** The level of an amplitude (0 to 1) in dBFS; -∞ for silence. */
export function dbfs(amplitude: number): number {
  return 20 * Math.log10(amplitude);
}

/** `-3.2 dBFS`, `-∞ dBFS`. */
export function level(amplitude: number): string {
  const value = dbfs(amplitude);
  return `${value === -Infinity ? "−∞" : value.toFixed(1).replace("-", "−").replace("−0.0", "0.0")} dBFS`;
}

/** The greatest amplitude of peaks between two moments; null where there is no audio. */
export function peakOf(peaks: { from: number; to: number; low: (number | null)[]; high: (number | null)[] }, part: Stretch): number | null {
  const n = peaks.low.length;
  const at = (seconds: number) => ((seconds - peaks.from) / (peaks.to - peaks.from)) * n;
  const [first, last] = [Math.max(0, Math.floor(at(part.from))), Math.min(n, Math.ceil(at(part.to)))];
  let peak: number | null = null;
  for (let i = first; i < last; i++) {
    const [low, high] = [peaks.low[i] ?? null, peaks.high[i] ?? null];
    if (low !== null && high !== null) peak = Math.max(peak ?? 0, Math.abs(low), Math.abs(high));
  }
  return peak;
}

/** Moments for the ruler: at most `most`, at round steps. */
export function ticks(view: Stretch, most: number): number[] {
  const steps = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400];
  const step = steps.find((one) => (view.to - view.from) / one <= most) ?? 86400;
  const found = [];
  for (let i = Math.ceil(view.from / step); i * step <= view.to + 1e-9; i++) found.push(Math.round(i * step * 1000) / 1000);
  return found;
}

/** `0:07.250`, `1:02:03.000`; without thousandths where `digits` is 0. */
export function clock(seconds: number, digits = 3): string {
  const unit = 10 ** digits;
  const all = Math.max(0, Math.round(seconds * unit));
  const [whole, rest] = [Math.floor(all / unit), all % unit];
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (n: number) => String(n).padStart(2, "0");
  const text = h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
  return digits === 0 ? text : `${text}.${String(rest).padStart(digits, "0")}`;
}

/** The colour of a spectrogram's level, 0 to 255: dark blue, violet, orange, light yellow. */
export function heat(value: number): [number, number, number] {
  const stops: [number, number, number][] = [[8, 9, 20], [48, 26, 112], [140, 41, 129], [222, 73, 104], [254, 159, 109], [252, 253, 191]];
  const at = (Math.max(0, Math.min(255, value)) / 255) * (stops.length - 1);
  const i = Math.min(stops.length - 2, Math.floor(at));
  const [a, b, part] = [stops[i]!, stops[i + 1]!, at - i];
  const mix = (channel: 0 | 1 | 2) => Math.round(a[channel] + (b[channel] - a[channel]) * part);
  return [mix(0), mix(1), mix(2)];
}
