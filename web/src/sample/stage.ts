// The stage: a picture that is zoomed and panned, with its objects drawn over it, and changed there. It owns its elements,
// since what moves with the pointer is drawn without a component.

import { effect, percent, untracked } from "../kit";
import type { Box } from "../changes";
import { Drag, type Grip } from "./drag";
import { fitted, HANDLES, kept, placeOf, showing, type Size, type View, zoomed } from "./geometry";
import { gripAt } from "./hit";
import type { Model } from "./model";
import { type DrawnObject, keyOfObject, titleOf } from "./objects";
import { ObjectDrawing, svg } from "./object_drawing";
import { ShapeCanvas } from "./shape_canvas";

/** How much a press of + or −, and a step of the wheel, zooms. */
const ZOOM_STEP = 1.5;
const WHEEL = 0.0016;
/** From this scale on, and in pictures below this size, pixels are squares. */
const SQUARES_FROM = 3;
const SMALL = 200;
/** More objects are drawn on a canvas. */
const MOST_ELEMENTS = 500;

export class Stage {
  readonly #box: HTMLElement;
  readonly #model: Model;
  readonly #onScale: (scale: number) => void;
  readonly #img = document.createElement("img");
  readonly #over = svg("svg", "over");
  readonly #shapes = svg("g", "");
  readonly #handles = svg("g", "handles");
  readonly #many = new ShapeCanvas();
  readonly #tags = document.createElement("div");
  /** What a run says of the whole picture. */
  readonly #said = document.createElement("span");
  #drawings = new Map<string, ObjectDrawing>();
  #view: View = { scale: 1, x: 0, y: 0 };
  #isFitted = true;
  #picture: Size | null = null;
  #drag: Drag | null = null;
  #pointers = new Map<number, PointerEvent>();
  readonly #ends: (() => void)[] = [];

  constructor(
    box: HTMLElement,
    model: Model,
    onScale: (scale: number) => void,
  ) {
    this.#box = box;
    this.#model = model;
    this.#onScale = onScale;
    this.#img.draggable = false;
    this.#img.onload = () => (this.#img.style.backgroundColor = "");
    this.#tags.className = "otags";
    this.#said.className = "otag said";
    this.#many.element.className = "over";
    this.#over.setAttribute("aria-hidden", "true");
    this.#tags.setAttribute("aria-hidden", "true");
    this.#over.append(this.#shapes, this.#handles);
    box.append(this.#img, this.#many.element, this.#over, this.#tags);
    const resize = new ResizeObserver(() => this.#resized());
    resize.observe(box);
    box.addEventListener("wheel", this.#onWheel, { passive: false });
    box.addEventListener("pointerdown", this.#onDown);
    box.addEventListener("pointermove", this.#onMove);
    box.addEventListener("pointerup", this.#onUp);
    box.addEventListener("pointercancel", this.#onUp);
    box.addEventListener("pointerleave", () => {
      model.hovered.value = null;
    });
    box.addEventListener("dblclick", (event) => {
      if (!gripAt(model, this.#toPicture(event), this.#view.scale, true)) this.fit();
    });
    this.#ends.push(
      () => resize.disconnect(),
      effect(() => this.#draw()),
      effect(() => this.#drawMany()),
      effect(() => {
        // What is selected by a key or in the list comes into view.
        const object = model.current.value;
        untracked(() => object?.box?.value && this.#reveal(object.box.value));
      }),
    );
  }

  close(): void {
    for (const end of this.#ends) end();
    this.#box.replaceChildren();
  }

  focus(): void {
    this.#box.focus({ preventScroll: true });
  }

  /** Shows another picture, whole. */
  show(url: string, alt: string, size: Size, colour: unknown): void {
    this.#picture = size;
    this.#img.alt = alt;
    if (this.#img.getAttribute("src") !== url) {
      this.#img.src = url;
      this.#img.style.backgroundColor = typeof colour === "string" ? colour : "";
    }
    this.#img.width = size.width;
    this.#img.height = size.height;
    this.fit();
  }

  fit(): void {
    if (!this.#picture) return;
    this.#isFitted = true;
    this.#place(fitted(this.#picture, this.#room()));
  }

  zoom(by: 1 | -1): void {
    const { width, height } = this.#room();
    this.#zoomAt(ZOOM_STEP ** by, { x: width / 2, y: height / 2 });
  }

  /** The part of the picture that is seen, in its pixels. */
  seen(): Box {
    const { width, height } = this.#room();
    const picture = this.#picture ?? { width, height };
    const [left, top] = [Math.max(0, -this.#view.x / this.#view.scale), Math.max(0, -this.#view.y / this.#view.scale)];
    const [right, bottom] = [(width - this.#view.x) / this.#view.scale, (height - this.#view.y) / this.#view.scale];
    return { x: left, y: top, width: Math.min(picture.width, right) - left, height: Math.min(picture.height, bottom) - top };
  }

  /** Where an object is on the page. */
  areaOf(key: string): DOMRect | undefined {
    const box = this.#drawings.get(key)?.area();
    if (!box) return undefined;
    const at = this.#box.getBoundingClientRect();
    return new DOMRect(at.x + this.#view.x + box.x * this.#view.scale, at.y + this.#view.y + box.y * this.#view.scale, box.width * this.#view.scale, box.height * this.#view.scale);
  }

  #room(): Size {
    return { width: this.#box.clientWidth, height: this.#box.clientHeight };
  }

  #resized(): void {
    if (!this.#picture) return;
    if (this.#isFitted) this.fit();
    else this.#place(kept(this.#view, this.#picture, this.#room()));
  }

  #zoomAt(factor: number, at: { x: number; y: number }): void {
    if (!this.#picture) return;
    this.#isFitted = false;
    this.#place(zoomed(this.#view, factor, at, this.#picture, this.#room()));
  }

  #reveal(box: Box): void {
    if (this.#picture && !this.#isFitted && !this.#drag) this.#place(showing(this.#view, box, this.#picture, this.#room()));
  }

  #place(view: View): void {
    this.#view = view;
    const { scale, x, y } = view;
    const picture = this.#picture;
    this.#img.style.transform = `matrix(${scale}, 0, 0, ${scale}, ${x}, ${y})`;
    this.#img.classList.toggle("px", scale >= SQUARES_FROM || (picture !== null && Math.max(picture.width, picture.height) < SMALL));
    this.#shapes.setAttribute("transform", `matrix(${scale} 0 0 ${scale} ${x} ${y})`);
    this.#box.style.touchAction = this.#isFitted && this.#model.selected.peek() === null ? "pan-y" : "none";
    for (const drawing of this.#drawings.values()) drawing.placeTag(view);
    this.#said.style.transform = `translate(${Math.round(Math.max(4, x + 4))}px, ${Math.round(Math.max(4, y + 4))}px)`;
    this.#many.place(view, this.#room());
    this.#placeHandles();
    this.#onScale(scale);
  }

  #toPicture(event: { clientX: number; clientY: number }): { x: number; y: number } {
    const at = this.#box.getBoundingClientRect();
    return { x: (event.clientX - at.x - this.#view.x) / this.#view.scale, y: (event.clientY - at.y - this.#view.y) / this.#view.scale };
  }

  /** Draws all objects that are shown. Runs again when one of the model's signals changes. */
  #draw(): void {
    const model = this.#model;
    const layers = model.isBare.value ? new Set<never>() : model.layers.value;
    const [selected, hovered] = [model.selected.value, model.hovered.value];
    const all = this.#shown();
    // Of very many, elements are only those that are selected or pointed at.
    const shown = all.length > MOST_ELEMENTS ? all.filter((object) => [selected, hovered].includes(keyOfObject(object))) : all;
    const drawings = new Map<string, ObjectDrawing>();
    const colours = model.colours.value;
    for (const object of shown) {
      const key = keyOfObject(object);
      const mask = object.maskPath === null ? null : this.#maskUrl(object);
      const suggestion = layers.has("model") ? model.suggestionFor(object) : null;
      const said = suggestion && { ...suggestion, colour: colours(suggestion.name) };
      const drawing = new ObjectDrawing(object, colours(titleOf(object)), layers, { isSelected: key === selected, isHovered: key === hovered }, mask, this.#picture, said);
      drawings.set(key, drawing);
    }
    this.#drawings = drawings;
    this.#shapes.replaceChildren(...[...drawings.values()].map((drawing) => drawing.group));
    const [said] = layers.has("model") ? model.said.value : [];
    const [first] = said?.top ?? [];
    if (said && first) this.#said.textContent = `${said.model}: ${first.name} ${percent(first.probability, 0)}`;
    this.#tags.replaceChildren(...[...drawings.values()].flatMap((drawing) => drawing.tag ?? []), ...(first ? [this.#said] : []));
    this.#box.classList.toggle("drawing", model.isDrawing.value);
    for (const drawing of drawings.values()) drawing.placeTag(this.#view);
    this.#placeHandles();
  }

  #shown(): DrawnObject[] {
    const hidden = this.#model.hidden.value;
    return this.#model.objects.value.filter((object) => object.state !== "removed" && !hidden.has(keyOfObject(object)));
  }

  /** Draws on the canvas, if there are too many for elements; the selected one, which can be moved, isn't among them. */
  #drawMany(): void {
    const model = this.#model;
    const all = this.#shown();
    const objects = all.length > MOST_ELEMENTS && !model.isBare.value ? all.filter((object) => keyOfObject(object) !== model.selected.value) : [];
    this.#many.element.hidden = objects.length === 0;
    this.#many.show(objects, model.layers.value, model.colours.value);
  }

  #maskUrl(object: DrawnObject): string {
    const { namespace, name } = this.#model.props;
    const row = this.#model.page.peek()?.row.row_id ?? "";
    const cell = `/api/v1/datasets/${namespace}/${name}/rows/${row}/${encodeURIComponent(object.column)}/mask`;
    return `${cell}?rev=${encodeURIComponent(this.#model.rev)}&path=${encodeURIComponent(object.maskPath ?? "")}`;
  }

  #placeHandles(): void {
    const drawing = this.#drawings.get(this.#model.selected.peek() ?? "");
    const box = drawing?.area();
    const isShown = this.#model.changes !== null && box && drawing?.object.box && !this.#model.isBare.peek() && this.#model.layers.peek().has("boxes");
    if (!isShown) return this.#handles.replaceChildren();
    const { scale, x, y } = this.#view;
    this.#handles.replaceChildren(
      ...HANDLES.map((handle) => {
        const at = placeOf(handle, box);
        const square = svg("rect", "handle");
        for (const [name, value] of Object.entries({ x: x + at.x * scale - 4.5, y: y + at.y * scale - 4.5, width: 9, height: 9 })) square.setAttribute(name, String(value));
        return square;
      }),
    );
  }

  readonly #onWheel = (event: WheelEvent) => {
    if (!this.#picture) return;
    event.preventDefault();
    const at = this.#box.getBoundingClientRect();
    const delta = event.deltaMode === 1 ? event.deltaY * 30 : event.deltaY;
    this.#zoomAt(Math.exp(-delta * WHEEL * (event.ctrlKey ? 4 : 1)), { x: event.clientX - at.x, y: event.clientY - at.y });
  };

  readonly #onDown = (event: PointerEvent) => {
    if (event.button > 1 || !this.#picture) return;
    this.#pointers.set(event.pointerId, event);
    this.#box.setPointerCapture(event.pointerId);
    if (this.#pointers.size > 1) {
      this.#drag = null;
      return;
    }
    const grip = event.button === 1 ? null : this.#gripOf(event);
    this.#drag = new Drag(this.#model, grip, this.#toPicture(event), event, this.#picture);
  };

  #gripOf(event: PointerEvent): Grip | null {
    if (this.#model.isDrawing.peek()) return { kind: "new" };
    return gripAt(this.#model, this.#toPicture(event), this.#view.scale, this.#model.changes !== null);
  }

  readonly #onMove = (event: PointerEvent) => {
    const before = this.#pointers.get(event.pointerId);
    if (!before) {
      const grip = event.pointerType === "touch" ? null : this.#gripOf(event);
      this.#model.hovered.value = grip && grip.kind !== "new" ? keyOfObject(grip.object) : null;
      this.#box.dataset["grip"] = !grip ? "" : grip.kind === "handle" ? grip.handle : grip.kind;
      return;
    }
    this.#pointers.set(event.pointerId, event);
    if (this.#pointers.size === 2) return this.#pinch(before, event);
    if (!this.#drag) return;
    if (this.#drag.isPan) {
      if (!this.#drag.begins(event)) return;
      this.#isFitted = false;
      if (this.#picture) this.#place(kept({ ...this.#view, x: this.#view.x + event.clientX - before.clientX, y: this.#view.y + event.clientY - before.clientY }, this.#picture, this.#room()));
      return;
    }
    if (!this.#drag.begins(event)) return;
    const preview = this.#drag.to(this.#toPicture(event));
    if (!preview) return;
    const drawing = this.#drawings.get(preview.key) ?? this.#drawNew();
    drawing.preview(preview);
    drawing.placeTag(this.#view);
    this.#placeHandles();
  };

  /** The box that is being drawn. */
  #drawNew(): ObjectDrawing {
    const object: DrawnObject = {
      column: "new", path: "", isItem: false, state: "added", label: null, labelPath: null, box: { path: "", was: null, value: null },
      rings: [], maskPath: null, isColoured: false, keypoints: [], bones: [], was: null,
    };
    const drawing = new ObjectDrawing(object, "c8", new Set(["boxes"] as const), { isSelected: true, isHovered: false }, null, this.#picture);
    this.#drawings.set("new", drawing);
    this.#shapes.append(drawing.group);
    return drawing;
  }

  #pinch(before: PointerEvent, now: PointerEvent): void {
    const other = [...this.#pointers.values()].find((one) => one.pointerId !== now.pointerId);
    if (!other) return;
    const distance = (event: PointerEvent) => Math.hypot(event.clientX - other.clientX, event.clientY - other.clientY);
    const at = this.#box.getBoundingClientRect();
    this.#zoomAt(distance(now) / Math.max(1, distance(before)), { x: (now.clientX + other.clientX) / 2 - at.x, y: (now.clientY + other.clientY) / 2 - at.y });
  }

  readonly #onUp = (event: PointerEvent) => {
    this.#pointers.delete(event.pointerId);
    const drag = this.#drag;
    this.#drag = null;
    if (!drag) return;
    if (event.type === "pointercancel") this.#draw();
    else drag.end(this.#toPicture(event));
    if (this.#drawings.delete("new")) this.#draw();
  };
}
