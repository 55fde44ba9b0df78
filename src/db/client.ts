import type { Attributes } from '@opentelemetry/api'
import * as ATTR from '../bindings/attributes.ts'
import { MYSQL, POSTGRESQL } from '../bindings/sql/dialects.ts'
import { type Dialect, SQLITE } from '../bindings/sql/tokens.ts'
import type { DatabaseOptions } from './options.ts'

/** Where a client is connected to, as it says itself. */
export interface Server {
  readonly address?: unknown
  readonly port?: unknown
  /** The name of the database. */
  readonly namespace?: unknown
}

/** What the operations of one client have in common. */
export interface Client {
  /** `db.system.name`. */
  readonly system: string
  readonly dialect: Dialect
  readonly options: DatabaseOptions
  /** `db.client.connection.pool.name`. */
  readonly poolName: string
  /** What each of its operations has: system, namespace, server. */
  readonly attributes: Attributes
}

/** By the semantic conventions, a default port is not told. */
const DEFAULT_PORTS: Readonly<Record<string, number>> = {
  postgresql: 5432,
  mysql: 3306,
  redis: 6379,
}

const DIALECTS: Readonly<Record<string, Dialect>> = { postgresql: POSTGRESQL, mysql: MYSQL }

/** What a name may be, of what a client says of itself: an address with a password in it is none. */
const nameOf = (value: unknown): string | undefined =>
  (typeof value === 'string' || typeof value === 'number') &&
  value !== '' &&
  !/[@?]/.test(`${value}`)
    ? String(value).slice(0, 255)
    : undefined

const portOf = (value: unknown): number | undefined => {
  const port = Number(value)
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : undefined
}

export const clientOf = (system: string, server: Server, options: DatabaseOptions): Client => {
  const address = nameOf(server.address)
  const port = portOf(server.port)
  const namespace = options.namespace ?? nameOf(server.namespace)
  const where = [address ?? system, port].filter((part) => part !== undefined).join(':')
  return {
    system,
    dialect: DIALECTS[system] ?? SQLITE,
    options,
    poolName: options.poolName ?? [where, namespace].filter(Boolean).join('/'),
    attributes: {
      [ATTR.dbSystem]: system,
      [ATTR.namespace]: namespace,
      [ATTR.serverAddress]: address,
      [ATTR.serverPort]: address && port !== DEFAULT_PORTS[system] ? port : undefined,
    },
  }
}

/** What an operation that has no table is on, in its name. That of Redis is a number, which says nothing. */
export const targetOf = ({ system, attributes }: Client): string =>
  String(
    (system === 'redis' ? undefined : attributes[ATTR.namespace]) ??
      attributes[ATTR.serverAddress] ??
      system,
  )
