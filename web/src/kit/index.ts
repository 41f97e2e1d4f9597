// What the islands share: one file, kit.js, that a browser loads once. Islands import all of it from "../kit".

export { Component, Fragment, createContext, createRef, h, render } from "preact";
export type { ComponentChildren, JSX, RefObject, VNode } from "preact";
export { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
export { jsx, jsxs } from "preact/jsx-runtime";
export { Signal, batch, computed, effect, signal, untracked, useComputed, useSignal, useSignalEffect } from "@preact/signals";
export type { ReadonlySignal } from "@preact/signals";
export * from "./address";
export * from "./announce";
export * from "./api_client";
export * from "./class_colour";
export * from "./dialog";
export * from "./format";
export * from "./help";
export * from "./icon";
export * from "./keys";
export * from "./mount";
