import type { SignedBatch, StoredBatch } from './stored-batch.ts'

/** Somewhere to put batches. Each method rejects when it is not known to have worked. */
export interface BatchStore {
  /** The form in which a batch is stored, which is then signed. Default: as it is. */
  pack?(batch: StoredBatch): Promise<StoredBatch>
  put(env: unknown, scope: string, batch: SignedBatch): Promise<void>
}

/** Some of what a store has. */
export interface Page {
  /** Names, oldest first; also of what others have put there. */
  readonly ids: readonly string[]
  /** For the next page; undefined when this is the last. */
  readonly next: string | undefined
}

/** Somewhere to put batches and to ask for them. */
export interface ListedStore extends BatchStore {
  list(env: unknown, scope: string, limit: number, from: string | undefined): Promise<Page>
  /** What has the form of a batch, null for what has another; undefined when another isolate has been faster. */
  get(env: unknown, scope: string, id: string): Promise<SignedBatch | null | undefined>
  delete(env: unknown, scope: string, id: string): Promise<void>
  /** Whether this isolate, and for a minute no other, may empty it. */
  lease(env: unknown, scope: string): Promise<boolean>
}

/** How long a lease lasts whose holder died. */
export const LEASE_MS = 60_000

/** A binding by its name, raw: what is done for telemetry leaves no telemetry. */
export const bindingOf = <T extends object>(
  env: unknown,
  name: string,
  method: keyof T & string,
  kind: string,
): T => {
  const binding = (env as Record<string, T | undefined> | undefined)?.[name]
  if (typeof binding?.[method] !== 'function') {
    throw new TypeError(`Cannot spill: \`env.${name}\` must be ${kind}`)
  }
  return binding
}
