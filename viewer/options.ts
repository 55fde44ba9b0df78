import type { Assets } from './assets.ts'
import type { ForwardOptions } from './forward.ts'
import type { Sql } from './sql/sql.ts'

/** Settings of {@link createViewer}. */
export interface ViewerOptions {
  /** Where everything is kept: `openNodeSql()` or `durableSql(ctx.storage)`. */
  sql: Sql
  /** Bytes of the database, indexes included. The oldest goes first. Default 512 MiB. */
  maxBytes?: number
  /** Milliseconds since it was received. Default one day. */
  maxAgeMs?: number
  /** Bytes of one post, before and after decompression. Default 16 MiB. */
  maxBodyBytes?: number
  /** When set, everything but a preflight wants it, as bearer token or password. Default none. */
  token?: string
  /**
   * Names in `Host`, beside `localhost` and addresses, under which the API and the page answer;
   * `any` where names cannot be rebound, behind a token. Default `[]`.
   */
  hosts?: readonly string[] | 'any'
  /** Sends everything on. Default nowhere. */
  forward?: ForwardOptions
  /** A health route to be shown. Default none. */
  healthUrl?: string
  /** Says what a stack says of the sources, by their maps; undefined when it does not know. Default: nothing is known. */
  readStack?: (stack: string) => string | undefined
  /** Files of the page. Default none: `/` answers 404. */
  assets?: Assets
  /** The clock, in milliseconds since 1970. Default `Date.now`. */
  now?: () => number
}

/** Bytes that are kept by default. */
export const DEFAULT_MAX_BYTES: number = 512 * 1024 * 1024

/** How long something is kept by default. */
export const DEFAULT_MAX_AGE_MS = 86_400_000

/** Largest post by default, before and after decompression. */
export const DEFAULT_MAX_BODY_BYTES: number = 16 * 1024 * 1024
