// A recording of any length: waveform over spectrogram, of which the server makes what is shown. Zoom, select, loop, speed.

import { addShortcuts, api, body, bytes, computed, effect, inWords, isAborted, mount, type Schema, signal, useEffect, useRef } from "../kit";
import { coloured, drawRuler, drawSpectrogram, drawWave } from "../audio/drawing";
import { clock, following, level, peakOf, shifted, type Stretch, zoomed } from "../audio/stretch";

interface Props {
  namespace: string;
  name: string;
  row: string;
  column: string;
  /** The pinned revision. */
  rev: string;
  url: string;
}

const SPEEDS = [0.25, 0.5, 0.75, 1, 1.25, 1.5, 2];
/** How long the view must rest until what it shows is asked for, in milliseconds. */
const REST = 120;

class Player {
  readonly audio = new Audio();
  readonly duration = signal(0);
  readonly view = signal<Stretch>({ from: 0, to: 0 });
  readonly selection = signal<Stretch | null>(null);
  readonly peaks = signal<Schema["PeaksView"] | null>(null);
  readonly spectrogram = signal<{ picture: OffscreenCanvas; of: Stretch } | null>(null);
  readonly time = signal(0);
  readonly isPlaying = signal(false);
  readonly isLooping = signal(false);
  readonly speed = signal(1);
  readonly trouble = signal("");
  readonly peak = computed(() => (this.peaks.value ? peakOf(this.peaks.value, this.selection.value ?? this.view.value) : null));
  #asked: AbortController | undefined;
  #timer = 0;

  readonly #props: Props;

  constructor(props: Props) {
    this.#props = props;
    const { audio } = this;
    audio.preload = "metadata";
    audio.src = props.url;
    audio.addEventListener("play", () => {
      this.isPlaying.value = true;
      requestAnimationFrame(this.#tick);
    });
    audio.addEventListener("pause", () => (this.isPlaying.value = false));
    audio.addEventListener("timeupdate", () => this.#moved());
    audio.addEventListener("loadedmetadata", () => {
      if (this.duration.peek() === 0 && Number.isFinite(audio.duration)) this.#begin(audio.duration);
    });
    audio.addEventListener("error", () => {
      this.trouble.value = "This browser can't play the recording.";
    });
    audio.addEventListener("ended", () => {
      if (this.isLooping.peek()) this.play();
    });
  }

  #begin(duration: number): void {
    this.duration.value = duration;
    this.view.value = { from: 0, to: duration };
  }

  readonly #tick = () => {
    this.#moved();
    if (this.isPlaying.peek()) requestAnimationFrame(this.#tick);
  };

  #moved(): void {
    const { audio } = this;
    const selection = this.selection.peek();
    const end = selection?.to ?? Infinity;
    if (this.isPlaying.peek() && audio.currentTime >= end) {
      if (this.isLooping.peek()) audio.currentTime = selection?.from ?? 0;
      else audio.pause();
    }
    this.time.value = audio.currentTime;
    if (this.isPlaying.peek()) this.view.value = following(this.view.peek(), audio.currentTime, this.duration.peek());
  }

  /** Asks for what the view shows, once it rests. */
  load(width: number): void {
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => void this.#loadNow(width), this.peaks.peek() ? REST : 0);
  }

  async #loadNow(width: number): Promise<void> {
    this.#asked?.abort();
    const { signal: stop } = (this.#asked = new AbortController());
    const { namespace: ns, name, row, column, rev } = this.#props;
    const path = { ns, name, row, column };
    const { from, to } = this.view.peek();
    const stretch = to > from ? { from, to } : {};
    const n = Math.max(64, Math.min(4096, Math.round(width * devicePixelRatio)));
    try {
      const peaks = await body(api.GET("/api/v1/datasets/{ns}/{name}/rows/{row}/{column}/peaks", { params: { path, query: { rev, n, ...stretch } }, signal: stop }));
      if (to <= from) this.#begin(peaks.duration_secs ?? peaks.to);
      this.peaks.value = peaks;
      const query = new URLSearchParams({ rev, from: String(peaks.from), to: String(peaks.to), width: String(Math.min(n, 2048)), height: "256" });
      const cell = `rows/${encodeURIComponent(row)}/${encodeURIComponent(column)}`;
      const grey = await createImageBitmap(new Blob([await bytes(`/api/v1/datasets/${ns}/${name}/${cell}/spectrogram?${query}`, stop)]));
      this.spectrogram.value = { picture: coloured(grey), of: { from: peaks.from, to: peaks.to } };
      grey.close();
    } catch (error) {
      if (!isAborted(error)) this.trouble.value = inWords(error);
    }
  }

  play(): void {
    const { audio } = this;
    if (this.isPlaying.peek()) return audio.pause();
    const selection = this.selection.peek();
    if (selection && (audio.currentTime < selection.from || audio.currentTime >= selection.to - 0.001)) audio.currentTime = selection.from;
    void audio.play().catch((error: unknown) => (this.trouble.value = inWords(error)));
  }

  seek(to: number): void {
    this.audio.currentTime = Math.max(0, Math.min(this.duration.peek(), to));
    this.time.value = this.audio.currentTime;
    this.view.value = following(this.view.peek(), this.time.peek(), this.duration.peek());
  }

  zoom(factor: number, at = this.time.peek()): void {
    const view = this.view.peek();
    const inView = at >= view.from && at <= view.to ? at : (view.from + view.to) / 2;
    this.view.value = zoomed(view, factor, inView, this.duration.peek());
  }

  whole(): void {
    this.view.value = { from: 0, to: this.duration.peek() };
  }

  shift(by: number): void {
    this.view.value = shifted(this.view.peek(), by, this.duration.peek());
  }

  setSpeed(speed: number): void {
    this.speed.value = speed;
    this.audio.playbackRate = speed;
  }
}

function Recording({ player }: { player: Player }) {
  const stage = useRef<HTMLDivElement>(null);
  const [wave, ruler, heat] = [useRef<HTMLCanvasElement>(null), useRef<HTMLCanvasElement>(null), useRef<HTMLCanvasElement>(null)];
  useEffect(() => {
    const draw = () => {
      const view = player.view.value;
      const [peaks, spectrogram] = [player.peaks.value, player.spectrogram.value];
      if (view.to <= view.from) return;
      if (peaks && wave.current) drawWave(wave.current, peaks, view);
      if (ruler.current) drawRuler(ruler.current, view);
      if (spectrogram && heat.current) drawSpectrogram(heat.current, spectrogram.picture, spectrogram.of, view);
    };
    const stops = [
      effect(draw),
      effect(() => {
        void player.view.value;
        player.load(stage.current?.clientWidth ?? 800);
      }),
    ];
    const resized = new ResizeObserver(draw);
    if (stage.current) resized.observe(stage.current);
    return () => {
      for (const stop of stops) stop();
      resized.disconnect();
    };
  }, [player]);
  useEffect(
    () =>
      addShortcuts(
        { keys: " ", label: "Play, pause", run: () => player.play() },
        { keys: "r", label: "Repeat", run: () => (player.isLooping.value = !player.isLooping.peek()) },
        { keys: "+", label: "Zoom in", run: () => player.zoom(2) },
        { keys: ["-", "−"], label: "Zoom out", run: () => player.zoom(0.5) },
        { keys: "0", label: "Show all", run: () => player.whole() },
      ),
    [player],
  );
  /** The moment under the pointer. */
  const moment = (event: { clientX: number }) => {
    const box = stage.current?.getBoundingClientRect();
    const view = player.view.peek();
    const share = box ? (event.clientX - box.left) / box.width : 0;
    return view.from + Math.max(0, Math.min(1, share)) * (view.to - view.from);
  };
  const down = (event: PointerEvent) => {
    if (event.button !== 0 || !stage.current) return;
    const begin = moment(event);
    const x = event.clientX;
    const element = stage.current;
    element.setPointerCapture(event.pointerId);
    let dragged = false;
    const move = (to: PointerEvent) => {
      dragged ||= Math.abs(to.clientX - x) > 3;
      const end = moment(to);
      if (dragged) player.selection.value = { from: Math.min(begin, end), to: Math.max(begin, end) };
    };
    const up = () => {
      element.onpointermove = element.onpointerup = element.onpointercancel = null;
      if (!dragged) player.selection.value = null;
      player.seek(dragged ? (player.selection.peek()?.from ?? begin) : begin);
    };
    element.onpointermove = move;
    element.onpointerup = element.onpointercancel = up;
  };
  const wheel = (event: WheelEvent) => {
    event.preventDefault();
    const view = player.view.peek();
    if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) player.shift(((event.deltaX || event.deltaY) / 800) * (view.to - view.from));
    else player.zoom(Math.exp(-event.deltaY / 300), moment(event));
  };
  useEffect(() => {
    const element = stage.current;
    element?.addEventListener("wheel", wheel, { passive: false });
    return () => element?.removeEventListener("wheel", wheel);
  }, [player]);
  const view = player.view.value;
  const share = (seconds: number) => ((seconds - view.from) / (view.to - view.from || 1)) * 100;
  const selection = player.selection.value;
  const peaks = player.peaks.value;
  return (
    <div class="aud">
      <div ref={stage} class="aud-st" onPointerDown={down}>
        <canvas ref={wave} class="wv" role="img" aria-label="Waveform" />
        <canvas ref={ruler} class="rl" aria-hidden="true" />
        <canvas ref={heat} class="sg" role="img" aria-label={peaks ? `Spectrogram, 0 to ${peaks.sample_rate / 2} Hz` : "Spectrogram"} />
        <svg class="hd" aria-hidden="true" preserveAspectRatio="none" viewBox="0 0 100 100">
          {selection && <rect class="sel" x={share(selection.from)} width={Math.max(0.05, share(selection.to) - share(selection.from))} y="0" height="100" />}
          <line class="ph" x1={share(player.time.value)} x2={share(player.time.value)} y1="0" y2="100" />
        </svg>
      </div>
      <input
        class="seek" type="range" min="0" max={player.duration.value} step="0.001" value={player.time.value} aria-label="Position"
        aria-valuetext={clock(player.time.value)} onInput={(event) => player.seek(Number(event.currentTarget.value))}
      />
      <div class="aud-ct num" role="toolbar" aria-label="Playing">
        <button type="button" class="btn s" onClick={() => player.play()}>
          {player.isPlaying.value ? "Pause" : "Play"} <kbd>Space</kbd>
        </button>
        <button type="button" class="btn s" aria-pressed={player.isLooping.value} onClick={() => (player.isLooping.value = !player.isLooping.peek())}>
          Loop <kbd>R</kbd>
        </button>
        <label>
          <span class="sr">Speed</span>
          <select value={String(player.speed.value)} onChange={(event) => player.setSpeed(Number(event.currentTarget.value))}>
            {SPEEDS.map((speed) => (
              <option key={speed} value={String(speed)}>{`${speed} ×`}</option>
            ))}
          </select>
        </label>
        <span class="tm">
          {clock(player.time.value)} / {clock(player.duration.value)}
        </span>
        <span class="sp" />
        {selection && (
          <span class="sl">
            {clock(selection.from)} – {clock(selection.to)} ({(selection.to - selection.from).toFixed(3)} s)
          </span>
        )}
        {peaks && <span>0 – {peaks.sample_rate / 2000} kHz</span>}
        {player.peak.value !== null && <span class="lev">peak {level(player.peak.value)}</span>}
        <button type="button" class="btn s" aria-label="Zoom out" onClick={() => player.zoom(0.5)}>
          −
        </button>
        <button type="button" class="btn s" onClick={() => player.whole()}>
          All
        </button>
        <button type="button" class="btn s" aria-label="Zoom in" onClick={() => player.zoom(2)}>
          +
        </button>
      </div>
      {player.trouble.value !== "" && <p class="note bad" role="alert">{player.trouble.value}</p>}
    </div>
  );
}

mount<Props>("audio", (props) => <Recording player={new Player(props)} />);
