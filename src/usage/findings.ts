import type { Attributes, Context } from '@opentelemetry/api'
import * as ATTR from '../bindings/attributes.ts'
import type { Scope } from '../telemetry/scope.ts'
import type { UsedCall } from '../telemetry/usage.ts'
import type { Ledger } from './ledger.ts'
import type { Findings } from './options.ts'
import type { Tally } from './tallies.ts'
import type { Tell } from './tell.ts'

/** How many times more rows than it returns or changes a scan reads. */
const SCAN_RATIO = 100

/** Characters of a statement that is named. */
const MAX_STATEMENT = 1024

/** Statements, by who runs them; and of an object's own storage, which is no way off, there may be many. */
const isCountedElsewhere = ({ statement }: Tally, attributes: Attributes): boolean =>
  attributes[ATTR.bindingType] === undefined
    ? attributes[ATTR.dbSystem] !== undefined
    : attributes[ATTR.bindingType] === 'D1' && statement !== undefined

/** What is told of: a statement, or a method of a binding. */
type Named = Pick<Tally, 'name' | 'statement'>

/** Tells of what could be done with less: calls in a loop, and statements that read whole tables. */
export class Finder {
  readonly repeats: number
  readonly #scannedRows: number
  readonly #tell: Tell

  constructor({ repeats = 10, scannedRows = 1000 }: Findings, tell: Tell) {
    this.repeats = repeats
    this.#scannedRows = scannedRows
    this.#tell = tell
  }

  called(
    owner: Scope,
    ledger: Ledger,
    tally: Tally,
    { attributes }: UsedCall,
    context: Context,
  ): void {
    if (tally.count === this.repeats && !isCountedElsewhere(tally, attributes)) {
      this.repeated(owner, ledger, tally, tally.count, context)
    }
  }

  /** Who runs statements, of a binding or of a client, finds those that are repeated. */
  repeated(owner: Scope, ledger: Ledger, of: Named, count: number, context: Context): void {
    this.#found(owner, ledger, 'n_plus_one', of, { 'hono.usage.calls': count }, context)
  }

  answered(
    owner: Scope,
    ledger: Ledger,
    tally: Tally,
    answer: Attributes | undefined,
    context: Context,
  ): void {
    const read = Number(answer?.['cloudflare.d1.response.rows_read'] ?? 0)
    const returned = Number(answer?.[ATTR.returnedRows] ?? 0)
    const changed = Number(answer?.['cloudflare.d1.response.changes'] ?? 0)
    if (read >= this.#scannedRows && read >= SCAN_RATIO * Math.max(returned, changed, 1)) {
      const rows = { 'hono.usage.rows_read': read, 'hono.usage.rows_returned': returned }
      this.#found(owner, ledger, 'full_scan', tally, rows, context)
    }
  }

  #found(
    owner: Scope,
    ledger: Ledger,
    finding: 'n_plus_one' | 'full_scan',
    { name, statement }: Named,
    more: Attributes,
    context: Context,
  ): void {
    this.#tell(
      owner,
      ledger,
      {
        name: 'hono.usage.finding',
        key: `${finding} ${statement ?? name}`,
        message: finding === 'full_scan' ? `scans a table: ${name}` : `repeats ${name}`,
        counted: { 'hono.usage.finding': finding },
        more: {
          ...more,
          'hono.usage.call': name,
          [ATTR.queryText]: statement?.slice(0, MAX_STATEMENT),
        },
      },
      context,
    )
  }
}
