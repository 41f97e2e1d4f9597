// A video, frame by frame: exact steps, a preview while one seeks, boxes of the frame that is shown, and frames from the
// server where the browser can't decode the video.

import { addShortcuts, api, body, inWords, mount, signal, useEffect, useRef } from "../kit";
import { clock } from "../audio/stretch";
import { boxesAt, evenTimes, faster, type FrameBox, frameAt, middleOf } from "../video/frames";

interface Props {
  namespace: string;
  name: string;
  row: string;
  column: string;
  /** The pinned revision. */
  rev: string;
  url: string;
  poster: string;
  /** Of the file's head; null where it doesn't say. */
  fps: number | null;
  frames: number | null;
  duration: number | null;
  width: number | null;
  height: number | null;
  boxes: FrameBox[];
}

/** Frames that are asked for at once; the server lists no more. */
const PAGE = 100_000;
/** Frames from the server that are fetched ahead. */
const AHEAD = 6;

class Film {
  readonly times = signal<number[]>([]);
  readonly frame = signal(0);
  readonly speed = signal(0);
  readonly duration = signal(0);
  readonly size = signal({ width: 16, height: 9 });
  /** The frame under the pointer, and the one whose picture is shown for it: not each that it passes. */
  readonly preview = signal<number | null>(null);
  readonly previewed = signal<number | null>(null);
  /** Are the frames those of the server? */
  readonly fromServer = signal(false);
  readonly areExact = signal(false);
  readonly trouble = signal("");
  readonly note = signal("");
  video: HTMLVideoElement | null = null;
  #backwards = 0;
  #resting = 0;
  /** Kept, so that the browser doesn't give the requests up. */
  ahead: HTMLImageElement[] = [];

  constructor(readonly props: Props) {
    this.duration.value = props.duration ?? 0;
    if (props.width && props.height) this.size.value = { width: props.width, height: props.height };
    const fps = props.fps ?? 25;
    this.times.value = evenTimes(props.frames ?? Math.max(1, Math.round((props.duration ?? 0) * fps)), fps);
    void this.#load();
  }

  async #load(): Promise<void> {
    const { namespace: ns, name, row, column, rev } = this.props;
    try {
      const times: number[] = [];
      for (let count = 1; times.length < count; ) {
        const part = await body(api.GET("/api/v1/datasets/{ns}/{name}/rows/{row}/{column}/frames", { params: { path: { ns, name, row, column }, query: { rev, first: times.length, limit: PAGE } } }));
        if (part.times.length === 0) break;
        count = part.count;
        times.push(...part.times);
      }
      if (times.length === 0) return;
      this.times.value = times;
      this.areExact.value = true;
      this.frame.value = Math.min(this.frame.peek(), times.length - 1);
    } catch (error) {
      this.note.value = `Times by the frame rate: ${inWords(error)}`;
    }
  }

  hover(n: number | null): void {
    this.preview.value = n;
    clearTimeout(this.#resting);
    if (n === null) this.previewed.value = null;
    else this.#resting = window.setTimeout(() => (this.previewed.value = n), 100);
  }

  get last(): number {
    return Math.max(0, this.times.peek().length - 1);
  }

  /** The address of a frame from the server. */
  frameUrl(n: number, size: number): string {
    const { namespace, name, row, column, rev } = this.props;
    const cell = `rows/${encodeURIComponent(row)}/${encodeURIComponent(column)}`;
    return `/api/v1/datasets/${namespace}/${name}/${cell}/frame?${new URLSearchParams({ rev, n: String(n), size: String(size) })}`;
  }

  /** Shows a frame, and stops. */
  goTo(n: number): void {
    this.pause();
    this.#show(n);
  }

  #show(n: number): void {
    const to = Math.max(0, Math.min(this.last, n));
    this.frame.value = to;
    if (this.video && !this.fromServer.peek()) this.video.currentTime = middleOf(this.times.peek(), to, this.duration.peek());
    else this.#fetchAhead(to);
  }

  step(by: number): void {
    this.goTo(this.frame.peek() + by);
  }

  /** Called for each frame that the browser shows. */
  shown(seconds: number): void {
    if (!this.fromServer.peek()) this.frame.value = frameAt(this.times.peek(), seconds);
  }

  run(speed: number): void {
    clearTimeout(this.#backwards);
    this.speed.value = speed;
    const { video } = this;
    if (speed > 0 && video && !this.fromServer.peek()) {
      video.playbackRate = speed;
      if (this.frame.peek() >= this.last) video.currentTime = 0;
      void video.play().catch((error: unknown) => {
        this.speed.value = 0;
        this.trouble.value = inWords(error);
      });
      return;
    }
    video?.pause();
    // Browsers don't play backwards, nor what the server sends frame by frame.
    if (speed !== 0) this.#tick(performance.now());
  }

  #tick(before: number): void {
    const times = this.times.peek();
    const n = this.frame.peek();
    const direction = Math.sign(this.speed.peek());
    const next = n + direction;
    if (next < 0 || next > this.last) return this.pause();
    const wait = (Math.abs((times[next] ?? 0) - (times[n] ?? 0)) / Math.abs(this.speed.peek())) * 1000;
    this.#backwards = window.setTimeout(() => {
      this.#show(next);
      this.#tick(performance.now());
    }, Math.max(0, wait - (performance.now() - before)));
  }

  pause(): void {
    clearTimeout(this.#backwards);
    this.speed.value = 0;
    this.video?.pause();
  }

  toggle(): void {
    if (this.speed.peek() === 0) this.run(1);
    else this.pause();
  }

  /** The browser can't decode the video: the server can. */
  fallBack(): void {
    if (this.fromServer.peek()) return;
    this.pause();
    this.fromServer.value = true;
    this.note.value = "No codec here: frames come from the server, without sound.";
    this.#show(this.frame.peek());
  }

  #fetchAhead(n: number): void {
    const direction = this.speed.peek() < 0 ? -1 : 1;
    this.ahead = Array.from({ length: AHEAD }, (_, i) => n + direction * (i + 1))
      .filter((frame) => frame >= 0 && frame <= this.last)
      .map((frame) => Object.assign(new Image(), { src: this.frameUrl(frame, 1280) }));
  }
}

function Screen({ film }: { film: Film }) {
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    const element = video.current;
    film.video = element;
    if (!element) return undefined;
    let handle = 0;
    const watch = () => {
      handle = element.requestVideoFrameCallback((_, { mediaTime }) => {
        if (film.speed.peek() > 0) film.shown(mediaTime);
        watch();
      });
    };
    watch();
    return () => element.cancelVideoFrameCallback(handle);
  }, [film]);
  const { width, height } = film.size.value;
  const loaded = () => {
    const element = video.current;
    if (!element) return;
    // A file with a video that can't be decoded plays as sound alone.
    if (element.videoWidth === 0) return film.fallBack();
    film.size.value = { width: element.videoWidth, height: element.videoHeight };
    if (Number.isFinite(element.duration)) film.duration.value = element.duration;
  };
  const boxes = boxesAt(film.props.boxes, film.frame.value);
  return (
    <div class="vid-sc">
      {film.fromServer.value ? (
        <img src={film.frameUrl(film.frame.value, 1280)} alt={`Frame ${film.frame.value}`} onError={() => (film.trouble.value = "The server can't decode it either.")} />
      ) : (
        <video
          ref={video} src={film.props.url} poster={film.props.poster} preload="auto" playsInline onLoadedMetadata={loaded} onError={() => film.fallBack()}
          onEnded={() => film.pause()} onClick={() => film.toggle()}
        />
      )}
      {boxes.length > 0 && (
        <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={`Boxes: ${boxes.map((box) => box.label).join(", ")}`}>
          {boxes.map((box, i) => (
            <g key={i} class={box.colour}>
              <rect class="halo" x={box.x} y={box.y} width={box.width} height={box.height} />
              <rect class="shape" x={box.x} y={box.y} width={box.width} height={box.height} />
              <text class="vlb" x={box.x} y={Math.max(box.y - height / 120, height / 28)} font-size={height / 28}>
                {box.label}
              </text>
            </g>
          ))}
        </svg>
      )}
    </div>
  );
}

function Movie({ film }: { film: Film }) {
  const scrub = useRef<HTMLInputElement>(null);
  useEffect(
    () =>
      addShortcuts(
        { keys: ",", goesFirst: true, label: "A frame back", run: () => film.step(-1) },
        { keys: ".", goesFirst: true, label: "A frame on", run: () => film.step(1) },
        { keys: "j", goesFirst: true, label: "Backwards, faster", run: () => film.run(faster(film.speed.peek(), -1)) },
        { keys: "k", goesFirst: true, label: "Stop", run: () => film.pause() },
        { keys: "l", goesFirst: true, label: "Play, faster", run: () => film.run(faster(film.speed.peek(), 1)) },
        { keys: " ", label: "Play, pause", run: () => film.toggle() },
      ),
    [film],
  );
  const last = film.times.value.length - 1;
  /** The frame under the pointer. */
  const under = (event: { clientX: number }) => {
    const box = scrub.current?.getBoundingClientRect();
    return box ? Math.max(0, Math.min(last, Math.round(((event.clientX - box.left) / box.width) * last))) : 0;
  };
  const preview = film.preview.value;
  const time = film.times.value[film.frame.value] ?? 0;
  const speed = film.speed.value;
  return (
    <div class="vid">
      <Screen film={film} />
      <div class="vid-sb">
        {preview !== null && (
          <figure class="prv" ref={(element) => element?.style.setProperty("left", `${(preview / Math.max(1, last)) * 100}%`)}>
            {film.previewed.value !== null && <img src={film.frameUrl(film.previewed.value, 192)} alt="" />}
            <figcaption class="num">
              {preview} · {clock(film.times.value[preview] ?? 0)}
            </figcaption>
          </figure>
        )}
        <input
          ref={scrub} class="seek" type="range" min="0" max={Math.max(0, last)} step="1" value={film.frame.value} aria-label="Frame"
          aria-valuetext={`Frame ${film.frame.value} of ${last}, ${clock(time)}`} onInput={(event) => film.goTo(Number(event.currentTarget.value))}
          onPointerMove={(event) => film.hover(under(event))} onPointerLeave={() => film.hover(null)}
        />
      </div>
      <div class="aud-ct num" role="toolbar" aria-label="Playing">
        <button type="button" class="btn s" onClick={() => film.step(-1)}>
          −1 <kbd>,</kbd>
        </button>
        <button type="button" class="btn s" onClick={() => film.toggle()}>
          {speed === 0 ? "Play" : "Pause"} <kbd>Space</kbd>
        </button>
        <button type="button" class="btn s" onClick={() => film.step(1)}>
          +1 <kbd>.</kbd>
        </button>
        <kbd>J K L</kbd>
        {speed !== 0 && <span class="tag">{String(speed).replace("-", "−")} ×</span>}
        <span class="sp" />
        <span class="tm">
          frame <b class="fr">{film.frame.value}</b> of {last} · {film.areExact.value ? "" : "about "}
          {clock(time)}
        </span>
      </div>
      {film.note.value !== "" && <p class="note">{film.note.value}</p>}
      {film.trouble.value !== "" && <p class="note bad" role="alert">{film.trouble.value}</p>}
    </div>
  );
}

mount<Props>("video", (props) => <Movie film={new Film(props)} />);
