import type { CartItem, OrderPlaced } from './model.ts'

// What the shop asks of the place it runs in, and no more. Workers bind things that can do all of
// it; `local/` has them made of SQLite, for Deno, Bun and Node.

export type SqlValue = string | number | null

/** Products, orders and sales: part of D1. */
export interface SqlDatabase {
  prepare(query: string): SqlStatement
  /** Runs all of the statements, or none. */
  batch(statements: SqlStatement[]): Promise<unknown>
}

export interface SqlStatement {
  bind(...values: SqlValue[]): SqlStatement
  first<T>(): Promise<T | null>
  all<T>(): Promise<{ results: T[] }>
  run(): Promise<unknown>
}

/** Carts: part of KV. */
export interface KeyValueStore {
  get<T>(key: string, type: 'json'): Promise<T | null>
  put(key: string, value: string, options: { expirationTtl: number }): Promise<void>
  delete(key: string): Promise<void>
}

/** Receipts and reports: part of R2. */
export interface DocumentStore {
  put(name: string, text: string, options: { httpMetadata: DocumentMetadata }): Promise<unknown>
  get(
    name: string,
  ): Promise<{ body: ReadableStream; size: number; httpMetadata?: DocumentMetadata } | null>
}

export interface DocumentMetadata {
  contentType?: string
}

/** Stock rooms by name: a namespace of Durable Objects. */
export interface StockRooms {
  getByName(name: string): Stock
}

/** What is on the shelves. Its methods run one after the other. */
export interface Stock {
  reserve(orderId: string, items: CartItem[]): Promise<number[]>
  pick(orderId: string): Promise<void>
  release(orderId: string): Promise<void>
  restock(): Promise<number>
}

/** Orders for those who need not be waited for: part of a queue's producer. */
export interface OrderEvents {
  send(event: OrderPlaced): Promise<unknown>
}

/** What the queue's consumer is given. It is delivered again until it succeeds. */
export interface OrderEventBatch {
  readonly messages: readonly { readonly body: OrderPlaced }[]
}

/** Fulfilment runs: part of a Workflow. */
export interface FulfilmentRuns {
  create(run: { id: string; params: FulfilmentParams }): Promise<unknown>
}

export interface FulfilmentParams {
  orderId: string
}

/** Each step is tried again until it is done, and not repeated once it is. */
export interface Steps {
  do(name: string, step: () => Promise<void>): Promise<unknown>
  sleep(name: string, durationMs: number): Promise<void>
}

/** What a cron trigger tells. */
export interface Trigger {
  readonly scheduledTime: number
}
