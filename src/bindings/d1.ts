import type { Attributes } from '@opentelemetry/api'
import { note, Returned } from '../base/returned.ts'
import * as ATTR from './attributes.ts'
import { measureDatabase } from './metrics.ts'
import { observe } from './observe.ts'
import type { Operation } from './operation.ts'
import { rawOf } from './raw.ts'
import { countStatement } from './repeated.ts'
import { describeStatements } from './sql/attributes.ts'
import { sqliteFailure } from './sql/failure.ts'
import type { Statement } from './sql/statement.ts'
import type { BindingContext } from './types.ts'
import { deriving, type Method, type Methods, wrapObject } from './wrap-object.ts'

/** On the platform's statement. There is one for each query. */
class Prepared extends Returned {
  #statement: Statement | undefined

  static note(raw: object, statement: Statement): void {
    note(() => {
      const prepared = #statement in raw ? raw : new Prepared(raw)
      prepared.#statement = statement
    })
  }

  static statementOf(raw: object): Statement {
    return (#statement in Object(raw) && (raw as Prepared).#statement) || unbound('')
  }
}

/** D1, per the semantic conventions for SQL: SQLite is what answers. */
export const wrapD1 = (database: object, context: BindingContext): object =>
  wrapObject(database, {
    ...queries(context),
    exec: (call, args) =>
      observe(
        context.options,
        () => ({ ...operationOf(context, [unbound(args[0])], 'EXEC'), succeeded: executed }),
        () => call(...args),
      ),
    withSession: deriving((session) => wrapObject(session, queries(context))),
  })

/** What databases and their sessions have in common. */
const queries = (context: BindingContext): Methods => {
  const methods = statementMethods(context)
  return {
    prepare: deriving((raw, [text]) => wrapStatement(raw, unbound(text), methods)),
    batch: (call, [list, ...rest]) => {
      const raw = Array.isArray(list) ? list.map(rawOf) : list
      return observe(
        context.options,
        () => operationOf(context, (raw as object[]).map(Prepared.statementOf)),
        () => call(raw, ...rest),
      )
    },
  }
}

/** The same for all statements: what they say is found by the platform's object. */
const statementMethods = (context: BindingContext): Methods => {
  const observed: Method = (call, args, raw) =>
    observe(
      context.options,
      () => operationOf(context, [Prepared.statementOf(raw)]),
      () => call(...args),
    )
  const methods: Methods = {
    // Query builders bind nothing to statements without parameters: those are as they were.
    bind: deriving((bound, args, raw) => {
      const { text } = Prepared.statementOf(raw)
      return wrapStatement(bound, { text, bound: args.length > 0 }, methods)
    }),
    first: observed,
    all: observed,
    run: observed,
    raw: observed,
  }
  return methods
}

const unbound = (text: unknown): Statement => ({ text: String(text), bound: false })

const wrapStatement = (raw: object, statement: Statement, methods: Methods): object => {
  Prepared.note(raw, statement)
  return wrapObject(raw, methods)
}

const operationOf = (
  { name, options: { queryText, repeatedThreshold: threshold } }: BindingContext,
  list: readonly Statement[],
  override?: string,
): Operation => {
  const { operation, collection, attributes } = describeStatements(list, {
    queryText,
    operation: override,
  })
  Object.assign(attributes, {
    [ATTR.dbSystem]: 'sqlite',
    [ATTR.namespace]: name,
    [ATTR.bindingType]: 'D1',
    [ATTR.bindingName]: name,
  })
  const spanName = `${operation} ${collection ?? name}`
  const [first] = list
  if (first && list.length === 1 && !override) {
    countStatement({ threshold, logger: 'bindings' }, first.text, spanName, attributes)
  }
  return {
    name: spanName,
    attributes,
    succeeded: resultAttributes,
    failed: sqliteFailure(list.map(({ text }) => text)),
    measure: measureDatabase(attributes),
  }
}

interface Meta {
  rows_read?: number
  rows_written?: number
  changes?: number
  duration?: number
  timings?: { sql_duration_ms?: number }
  served_by_region?: string
  served_by_primary?: boolean
}

interface Result {
  results?: unknown[]
  meta?: Meta
}

/** `all`, `run` and `batch` tell about themselves; `raw` and `first` only return rows. */
const resultAttributes = (value: unknown): Attributes => {
  const list = (Array.isArray(value) ? value : [value]) as (Result | null)[]
  const results = list.filter((result) => result?.meta) as (Result & { meta: Meta })[]
  if (!results.length) {
    return { [ATTR.returnedRows]: Array.isArray(value) ? value.length : Number(value !== null) }
  }
  const sum = (read: (result: Result & { meta: Meta }) => number | undefined): number =>
    results.reduce((total, result) => total + (read(result) ?? 0), 0)
  const { served_by_region: region, served_by_primary: primary } = (results.at(-1) as Result)
    .meta as Meta
  return {
    [ATTR.returnedRows]: sum(({ results: rows }) => rows?.length),
    'cloudflare.d1.response.rows_read': sum(({ meta }) => meta.rows_read),
    'cloudflare.d1.response.rows_written': sum(({ meta }) => meta.rows_written),
    'cloudflare.d1.response.changes': sum(({ meta }) => meta.changes),
    'cloudflare.d1.response.sql_duration_ms': sum(
      ({ meta }) => meta.timings?.sql_duration_ms ?? meta.duration,
    ),
    'cloudflare.d1.response.served_by_region': region,
    'cloudflare.d1.response.served_by_primary': primary,
  }
}

const executed = (value: unknown): Attributes => {
  const { count, duration } = value as { count?: number; duration?: number }
  return {
    [ATTR.batchSize]: count === 1 ? undefined : count,
    'cloudflare.d1.response.sql_duration_ms': duration,
  }
}
