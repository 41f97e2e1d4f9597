// Points on a canvas by WebGL 2: one call a frame, whatever their number. Where there is no WebGL, the list has them all.

import type { Bounds, Points } from "./points";

const VERTEX = `#version 300 es
in vec2 place;
in vec3 colour;
in float chosen;
uniform vec4 view;
uniform float size;
out vec3 tint;
out float strong;
void main() {
  gl_Position = vec4((place.x - view.x) * view.z - 1.0, (place.y - view.y) * view.w - 1.0, 0.0, 1.0);
  gl_PointSize = size * (1.0 + 0.7 * chosen);
  tint = colour;
  strong = chosen;
}`;

const FRAGMENT = `#version 300 es
precision mediump float;
in vec3 tint;
in float strong;
uniform float dim;
uniform vec3 edge;
out vec4 shown;
void main() {
  vec2 from = gl_PointCoord - 0.5;
  float far = length(from);
  if (far > 0.5) discard;
  vec3 inner = strong > 0.5 && far > 0.34 ? edge : tint;
  float alpha = strong > 0.5 ? 1.0 : dim;
  shown = vec4(inner * alpha, alpha);
}`;

export type Rgb = [number, number, number];

export class Drawing {
  readonly #canvas: HTMLCanvasElement;
  readonly #gl: WebGL2RenderingContext;
  readonly #program: WebGLProgram;
  readonly #chosen: WebGLBuffer;
  #count = 0;
  #hasChosen = false;

  /** `null` where the browser has no WebGL 2. */
  static on(canvas: HTMLCanvasElement): Drawing | null {
    const gl = canvas.getContext("webgl2", { antialias: false, premultipliedAlpha: true });
    return gl && new Drawing(canvas, gl);
  }

  private constructor(canvas: HTMLCanvasElement, gl: WebGL2RenderingContext) {
    this.#canvas = canvas;
    this.#gl = gl;
    const program = gl.createProgram();
    for (const [kind, text] of [
      [gl.VERTEX_SHADER, VERTEX],
      [gl.FRAGMENT_SHADER, FRAGMENT],
    ] as const) {
      const shader = gl.createShader(kind);
      if (!shader) throw new Error("The graphics of this browser were lost");
      gl.shaderSource(shader, text);
      gl.compileShader(shader);
      gl.attachShader(program, shader);
    }
    gl.linkProgram(program);
    if (!gl.getProgramParameter(program, gl.LINK_STATUS)) throw new Error(gl.getProgramInfoLog(program) ?? "The map can't be drawn");
    this.#program = program;
    this.#chosen = gl.createBuffer();
    gl.useProgram(program);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
  }

  #fill(name: string, data: Float32Array | Uint8Array, length: number, normalised = false, buffer = this.#gl.createBuffer()): void {
    const gl = this.#gl;
    const place = gl.getAttribLocation(this.#program, name);
    gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
    gl.bufferData(gl.ARRAY_BUFFER, data, gl.STATIC_DRAW);
    gl.enableVertexAttribArray(place);
    gl.vertexAttribPointer(place, length, data instanceof Float32Array ? gl.FLOAT : gl.UNSIGNED_BYTE, normalised, 0, 0);
  }

  /** Takes points, with the colour of each. */
  take({ count, x, y }: Points, colour: (point: number) => Rgb): void {
    const [places, colours] = [new Float32Array(2 * count), new Uint8Array(3 * count)];
    for (let i = 0; i < count; i++) {
      places[2 * i] = x[i] as number;
      places[2 * i + 1] = y[i] as number;
      colours.set(colour(i), 3 * i);
    }
    this.#count = count;
    this.#fill("place", places, 2);
    this.#fill("colour", colours, 3, true);
    this.choose([]);
  }

  /** Marks points. */
  choose(points: number[]): void {
    const chosen = new Uint8Array(this.#count);
    for (const point of points) chosen[point] = 1;
    this.#hasChosen = points.length > 0;
    this.#fill("chosen", chosen, 1, false, this.#chosen);
  }

  draw(view: Bounds, edge: Rgb): void {
    const [gl, canvas] = [this.#gl, this.#canvas];
    const ratio = devicePixelRatio || 1;
    const [width, height] = [Math.round(canvas.clientWidth * ratio), Math.round(canvas.clientHeight * ratio)];
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    gl.viewport(0, 0, width, height);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT);
    const at = (name: string) => gl.getUniformLocation(this.#program, name);
    gl.uniform4f(at("view"), view.left, view.bottom, 2 / (view.right - view.left), 2 / (view.top - view.bottom));
    // Fewer points are larger, so that a map of a hundred can be seen too.
    gl.uniform1f(at("size"), Math.max(3, Math.min(11, 34 / Math.log2(this.#count + 2))) * ratio);
    gl.uniform1f(at("dim"), this.#hasChosen ? 0.3 : 0.85);
    gl.uniform3f(at("edge"), edge[0] / 255, edge[1] / 255, edge[2] / 255);
    gl.drawArrays(gl.POINTS, 0, this.#count);
  }
}

/** A colour of CSS, as numbers. */
export function rgb(colour: string): Rgb {
  const probe = document.createElement("canvas").getContext("2d");
  if (!probe) return [128, 128, 128];
  probe.fillStyle = "#888";
  probe.fillStyle = colour.trim();
  probe.fillRect(0, 0, 1, 1);
  const [r = 0, g = 0, b = 0] = probe.getImageData(0, 0, 1, 1).data;
  return [r, g, b];
}
