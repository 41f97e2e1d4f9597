// The REST interface, typed by its OpenAPI document.

import type { Client } from "openapi-fetch";
import { addressOf, type Params } from "./address_of";
import type { components, paths } from "../api";

/** The schemas of the OpenAPI document by name: `Schema["RowView"]`. */
export type Schema = components["schemas"];

/** With this header, a request of another site fails. */
const headers = { "x-hub-request": "page" };

/** Requests to the hub that served the page, as the person who is signed in. */
export const api = { GET: by("GET"), POST: by("POST"), PUT: by("PUT"), DELETE: by("DELETE") } as unknown as Pick<Client<paths>, "GET" | "POST" | "PUT" | "DELETE">;

// openapi-fetch has the types; what it does when it runs is 6 kB more than the pages need.
function by(method: string) {
  return async (path: string, { params = {}, body, signal = null }: { params?: Params; body?: unknown; signal?: AbortSignal | null } = {}): Promise<Answer<unknown>> => {
    const sent = body === undefined ? { headers } : { headers: { ...headers, "content-type": "application/json" }, body: JSON.stringify(body) };
    const response = await fetch(addressOf(path, params), { ...sent, method, signal });
    const text = await response.text();
    if (response.ok) return { data: text === "" ? undefined : JSON.parse(text), response };
    return { error: parsed(text), response };
  };
}

/** The problem document of a refusal; undefined if it is none, such as the page of a proxy. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A refusal of the hub, by the members of its problem document (RFC 9457). */
export class ProblemError extends Error {
  readonly title: string;
  readonly status: number;
  readonly requestId: string | undefined;
  /** All members of the document. */
  readonly problem: Record<string, unknown>;

  constructor(status: number, document: unknown) {
    const problem = typeof document === "object" && document !== null ? (document as Record<string, unknown>) : {};
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
    throw new ProblemError(response.status, error);
  }
  return data as T;
}

/** The same for an answer that isn't JSON (pictures, packs, arrays). */
export async function bytes(path: string, signal?: AbortSignal): Promise<ArrayBuffer> {
  const response = await fetch(path, { headers, signal: signal ?? null });
  return (await checked(response)).arrayBuffer();
}

/** An answer that isn't a refusal of the hub; throws a `ProblemError` for one. */
export async function checked(response: Response): Promise<Response> {
  if (!response.ok) throw new ProblemError(response.status, parsed(await response.text()));
  return response;
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
