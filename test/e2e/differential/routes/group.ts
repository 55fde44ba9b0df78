import type { Context, Hono } from 'hono'

export const RUNTIMES = ['workerd', 'deno', 'bun', 'node'] as const
export type Runtime = (typeof RUNTIMES)[number]

/** What the app is given on workerd; elsewhere only the address, from the environment. */
export interface Env {
  /** Of the server that proxies ask. Without a trailing slash. */
  UPSTREAM: string
  BUCKET: Bucket
  CACHE: Namespace
  SERVICE: Fetcher
  ROOM: { idFromName(name: string): unknown; get(id: unknown): Fetcher }
}

export interface Fetcher {
  fetch(input: Request | string, init?: RequestInit): Promise<Response>
}

interface R2Object {
  readonly body: ReadableStream<Uint8Array>
  readonly size: number
  readonly httpEtag: string
  blob(): Promise<Blob>
  text(): Promise<string>
  arrayBuffer(): Promise<ArrayBuffer>
  writeHttpMetadata(headers: Headers): void
}

interface Bucket {
  put(key: string, value: unknown, options?: object): Promise<{ size: number }>
  get(key: string, options?: object): Promise<R2Object | null>
}

interface Namespace {
  put(key: string, value: unknown): Promise<void>
  get(key: string, type: 'stream'): Promise<ReadableStream<Uint8Array> | null>
  get(key: string, type: 'arrayBuffer'): Promise<ArrayBuffer | null>
}

export type App = Hono<{ Bindings: Env }>
export type C = Context<{ Bindings: Env }>
export type Handler = (c: C) => Response | Promise<Response>

/** What a client sends, and how it goes on. */
export interface Sent {
  /** Default `GET`. */
  method?: string
  path: string
  headers?: readonly (readonly [name: string, value: string])[]
  /** Sent with a `Content-Length`; as a list, in chunks of their own. */
  body?: string | readonly string[]
  /** Instead of the above: bytes as they are, one character each. */
  raw?: string
  /** Sent in turn, each once the server's previous answer is there. The connection is then read to its end. */
  frames?: readonly string[]
  /** The connection is not used again: the server may answer before it has read all. */
  once?: boolean
  /** Reset the connection when the first bytes of the body are there. What the app saw of it is asked for afterwards. */
  reset?: boolean
}

/** Routes of one kind. */
export interface Group {
  /** Where they are, and what they are called in a failure. */
  readonly path: string
  /** Where they can run. Default: everywhere. */
  readonly on?: readonly Runtime[]
  /** Answers by the last part of the path. Each is asked with GET and HEAD, and by a caller inside the server. */
  readonly routes?: Readonly<Record<string, Handler>>
  /** For what needs more than a handler. The app is not mounted: paths are whole. */
  readonly register?: (app: App) => void
  /** What is asked beside. */
  readonly requests?: Readonly<Record<string, Sent>>
}

export const sleep = (ms: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, ms))

export const encode = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text)

/** Not text, and not all the same. */
export const bytes = (length: number): Uint8Array<ArrayBuffer> =>
  Uint8Array.from({ length }, (_, i) => (i * 7) & 255)
