import type { StoredBatch } from './stored-batch.ts'

/** Somewhere to put batches. Each method rejects when it is not known to have worked. */
export interface Store {
  put(env: unknown, scope: string, batch: StoredBatch): Promise<void>
}

/** Somewhere to put batches and to ask for them. */
export interface ListedStore extends Store {
  /** Ids of the oldest, oldest first. */
  list(env: unknown, scope: string, limit: number): Promise<string[]>
  /** Undefined when another isolate has been faster. */
  get(env: unknown, scope: string, id: string): Promise<StoredBatch | undefined>
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
