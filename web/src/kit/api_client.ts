// The REST interface, typed by its OpenAPI document.

import createClient from "openapi-fetch";
import type { components, paths } from "../api";

/** The schemas of the OpenAPI document by name: `Schema["RowView"]`. */
export type Schema = components["schemas"];

/** Requests to the hub that served the page, as the person who is signed in. The header makes a request of another site fail. */
export const api = createClient<paths>({ baseUrl: location.origin, headers: { "x-hub-request": "page" } });

/** A refusal of the hub, by the members of its problem document (RFC 9457). */
export class ProblemError extends Error {
  readonly title: string;
  readonly status: number;
  readonly requestId: string | undefined;
  /** All members of the document. */
  readonly problem: Record<string, unknown>;

  constructor(status: number, problem: Record<string, unknown>) {
    const word = (name: string) => (typeof problem[name] === "string" ? problem[name] : undefined);
    super(word("detail") ?? word("title") ?? `The hub answered with status ${status}`);
    this.name = "ProblemError";
    this.title = word("title") ?? "Error";
    this.status = status;
    this.requestId = word("request_id");
    this.problem = problem;
  }
}

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The body of an answer: `await body(api.GET("/api/v1/…", …))`. Throws a `ProblemError` if the hub refused. */
export async function body<T>(request: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await request;
  if (!response.ok) {
    const isObject = typeof error === "object" && error !== null;
    throw new ProblemError(response.status, isObject ? (error as Record<string, unknown>) : {});
  }
  return data as T;
}

/** The same for an answer that isn't JSON (pictures, packs, arrays). */
export async function bytes(path: string, signal?: AbortSignal): Promise<ArrayBuffer> {
  const response = await fetch(path, { headers: { "x-hub-request": "page" }, signal: signal ?? null });
  if (!response.ok) throw new ProblemError(response.status, (await response.json().catch(() => ({}))) as Record<string, unknown>);
  return response.arrayBuffer();
}

/** Was a request given up because a newer one replaced it? */
export function isAborted(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}

/** What to show of an error: its words, and the number by which the hub's log knows the request. */
export function inWords(error: unknown): string {
  if (error instanceof ProblemError) return error.requestId ? `${error.message} (request ${error.requestId})` : error.message;
  if (error instanceof TypeError) return "The hub can't be reached. Changes are kept in this browser.";
  return error instanceof Error ? error.message : String(error);
}
