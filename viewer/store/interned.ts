import type { Origin, Scope } from '../otlp/model.ts'
import { attributeOf, textOf } from '../otlp/value.ts'
import type { Sql } from '../sql/sql.ts'

/** Rows that many records share are kept once; this many of their numbers are remembered. */
const MAX_REMEMBERED = 5000

/** A resource as it is stored. */
export interface KnownResource {
  id: number
  service: string
}

/** Finds or makes the rows of resources and scopes. */
export class Interned {
  readonly #sql: Sql
  readonly #resources = new Map<string, KnownResource>()

  constructor(sql: Sql) {
    this.#sql = sql
  }

  /** Counts `count` records of a signal to the resource. */
  resource(
    origin: Origin,
    column: 'spans' | 'logs' | 'points',
    count: number,
    nowMs: number,
  ): KnownResource {
    const content = JSON.stringify(origin)
    const known = this.#resources.get(content) ?? this.#insertResource(origin, content, nowMs)
    remember(this.#resources, content, known)
    this.#sql.all(
      `UPDATE resources SET last_ms = ?, ${column} = ${column} + ? WHERE id = ?`,
      nowMs,
      count,
      known.id,
    )
    return known
  }

  scope(scope: Scope, nowMs: number): number {
    const content = JSON.stringify(scope)
    const row = this.#sql.all(
      'INSERT INTO scopes (content, last_ms) VALUES (?, ?) ON CONFLICT (content) DO UPDATE SET last_ms = excluded.last_ms RETURNING id',
      content,
      nowMs,
    )[0]
    return Number(row?.id)
  }

  /** After a transaction was rolled back, or rows were removed. */
  forget(): void {
    this.#resources.clear()
  }

  #insertResource(origin: Origin, content: string, nowMs: number): KnownResource {
    const service = serviceOf(origin)
    const row = this.#sql.all(
      'INSERT INTO resources (content, service, first_ms, last_ms) VALUES (?, ?, ?, ?) ON CONFLICT (content) DO UPDATE SET last_ms = excluded.last_ms RETURNING id',
      content,
      service,
      nowMs,
      nowMs,
    )[0]
    return { id: Number(row?.id), service }
  }
}

/** The service's name, or what the specification calls one without. */
export function serviceOf({ attributes }: Origin): string {
  return textOf(attributeOf(attributes, 'service.name')).slice(0, 256) || 'unknown_service'
}

function remember<T>(map: Map<string, T>, key: string, value: T): void {
  if (map.size >= MAX_REMEMBERED) map.clear()
  map.set(key, value)
}
