import type { PackedAttributes } from '../otlp/value.ts'
import type { Row } from '../sql/sql.ts'
import { hostOf, type MapNode, peerOf } from './peer.ts'

const SERVER = 2
const CLIENT = 3
const CONSUMER = 5
/** Client spans around each other that are one call, as of a model, its client and its HTTP. */
const MAX_NESTED = 8

/** A client span, and whom it calls. */
interface Call {
  row: Row
  attributes: PackedAttributes
  peer: MapNode | undefined
}

/** Says which spans of a call stand for it: each call is one arrow's, and counts once. */
export class MapCalls {
  readonly #clients = new Map<string, Row>()
  readonly #calls = new Map<Row, Call>()
  readonly #told = new Set<Row>()
  readonly #attributesOf: (row: Row) => PackedAttributes

  constructor(rows: readonly Row[], attributesOf: (row: Row) => PackedAttributes) {
    this.#attributesOf = attributesOf
    for (const row of rows) if (Number(row.kind) === CLIENT) this.#clients.set(placeOf(row), row)
    for (const row of rows) {
      if (this.isAnswer(row)) this.#tell(this.#parentOf(row))
    }
  }

  /** Whom a client span calls; undefined where another span stands for the call. */
  peerOf(row: Row): MapNode | undefined {
    return this.#told.has(row) || this.#outer(row) ? undefined : this.#callOf(row).peer
  }

  /**
   * Whether a span tells of a call from the side that was called: of another service, or of the caller's own
   * unless the caller names it better than by an address, as an object of its own.
   */
  isAnswer(row: Row): boolean {
    if (Number(row.kind) !== SERVER && Number(row.kind) !== CONSUMER) return false
    if (row.caller === null) return false
    if (row.caller !== row.service) return true
    const parent = Number(row.kind) === SERVER ? this.#parentOf(row) : undefined
    return parent !== undefined && (this.#callOf(parent).peer?.kind ?? 'external') === 'external'
  }

  #tell(client: Row | undefined): void {
    for (let each = client, n = 0; each && n < MAX_NESTED; each = this.#outer(each), n++) {
      this.#told.add(each)
    }
  }

  /** The client span around this one that is the same call: one that says whom it calls, and not another host. */
  #outer(row: Row): Row | undefined {
    const parent = this.#parentOf(row)
    if (!parent || parent.service !== row.service) return undefined
    const [outer, inner] = [this.#callOf(parent), this.#callOf(row)]
    if (!outer.peer || inner.peer?.kind !== 'external') return undefined
    if (outer.peer.kind !== 'external') return parent
    const [host, own] = [hostOf(outer.attributes), hostOf(inner.attributes)]
    return !host || !own || host === own ? parent : undefined
  }

  #parentOf(row: Row): Row | undefined {
    return this.#clients.get(placeOf(row, row.parent_id))
  }

  #callOf(row: Row): Call {
    const known = this.#calls.get(row)
    if (known) return known
    const attributes = this.#attributesOf(row)
    const call = { row, attributes, peer: peerOf(attributes, false) }
    this.#calls.set(row, call)
    return call
  }
}

const placeOf = (row: Row, spanId: unknown = row.span_id): string => `${row.trace} ${spanId}`
