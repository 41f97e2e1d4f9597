// What the islands share: one file, kit.js, that a browser loads once. Islands import all of it from "../kit".

export { Fragment, render } from "preact";
export { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
export { jsx, jsxs } from "preact/jsx-runtime";
export { batch, computed, effect, signal, untracked } from "@preact/signals";
export type { ReadonlySignal } from "@preact/signals";
export * from "./address";
export * from "./announce";
export * from "./answers";
export * from "./api_client";
export * from "./class_colour";
export * from "./dialog";
export * from "./format";
export * from "./help";
export * from "./icon";
export * from "./keys";
export * from "./mount";
