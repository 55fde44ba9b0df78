import type { Attributes } from '@opentelemetry/api'
import * as ATTR from '../bindings/attributes.ts'
import { measureDatabase } from '../bindings/metrics.ts'
import { observe } from '../bindings/observe.ts'
import type { Operation } from '../bindings/operation.ts'
import { rawOf, rememberRaw } from '../bindings/raw.ts'
import { sqliteFailure } from '../bindings/sql/failure.ts'
import { describeStatement } from '../bindings/sql/statement.ts'
import type { BindingsOptions } from '../bindings/types.ts'
import { type Method, wrapObject } from '../bindings/wrap-object.ts'
import { runWithContext } from '../context/async-context.ts'
import type { Owner } from './owner.ts'

interface Storage {
  readonly sql?: object
}

/**
 * Replaces `ctx.storage` by an instrumented one. `ctx` itself stays what it is: the platform's base class insists
 * on its own.
 */
export const instrumentStorage = ({ ctx, name }: Owner, options: BindingsOptions = {}): void => {
  const state = ctx as { storage?: Storage }
  const { storage } = state
  // It is another one when the class was instrumented before.
  if (storage && rawOf(storage) === storage) {
    Object.defineProperty(state, 'storage', {
      configurable: true,
      enumerable: true,
      writable: true,
      value: wrapStorage(storage, name, options),
    })
  }
}

const wrapStorage = (storage: Storage, className: string, options: BindingsOptions): object => {
  const wrapper = wrapObject(storage, {
    ...methodsOf(className, options),
    transaction: transaction(className, options),
    transactionSync: transaction(className, options),
  })
  // Throws where the object has no SQLite storage, and is only asked for by those who have.
  let sql: object | undefined
  const outer = new Proxy(wrapper, {
    get(target, key) {
      if (key !== 'sql') {
        return Reflect.get(target, key) as unknown
      }
      const raw = storage.sql
      sql ??= raw && wrapObject(raw, { exec: exec(className, options) })
      return sql
    },
  })
  rememberRaw(outer, storage)
  return outer
}

/** Keys and values are not recorded. */
const methodsOf = (className: string, options: BindingsOptions): Record<string, Method> => {
  const methods: Record<string, Method> = {}
  for (const operation of ['get', 'put', 'delete', 'list', 'deleteAll']) {
    methods[operation] = (call, args) =>
      observe(
        options,
        () => operationOf(className, operation, countOf(operation, args[0])),
        () => call(...args),
      )
  }
  return methods
}

/** One key, a list of keys, or an object of entries; `list` has options, which are not counted. */
const countOf = (operation: string, subject: unknown): number | undefined =>
  Array.isArray(subject)
    ? subject.length
    : operation === 'put' && typeof subject === 'object' && subject !== null
      ? Object.keys(subject).length
      : undefined

const operationOf = (
  className: string,
  operation: string,
  count?: number,
  collection?: string,
): Operation => {
  const attributes: Attributes = {
    [ATTR.dbSystem]: 'cloudflare-durable-object',
    [ATTR.namespace]: className,
    [ATTR.operation]: operation,
    [ATTR.collection]: collection,
    [ATTR.batchSize]: count === 1 ? undefined : count,
  }
  return {
    name: `${operation} ${collection ?? className}`,
    attributes,
    measure: measureDatabase(attributes),
  }
}

/** Both kinds: what happens in it is below it. */
const transaction =
  (className: string, options: BindingsOptions): Method =>
  (call, [closure, ...rest]) =>
    observe(
      options,
      () => operationOf(className, 'transaction'),
      (context) =>
        call(
          (...args: unknown[]) => {
            const [inner, ...others] = args
            const wrapped = inner
              ? [wrapObject(inner as object, methodsOf(className, options)), ...others]
              : args
            const run = () => (closure as (...given: unknown[]) => unknown)(...wrapped)
            return context ? runWithContext(context, run) : run()
          },
          ...rest,
        ),
    )

/** The text is recorded as it is when values were bound to it, otherwise without its literals. */
const exec =
  (className: string, options: BindingsOptions): Method =>
  (call, args) =>
    observe(
      options,
      () => {
        const text = String(args[0])
        const { operation, collection, summary, text: sanitized } = describeStatement(text)
        const described = operationOf(className, operation, undefined, collection)
        Object.assign(described.attributes, {
          [ATTR.dbSystem]: 'sqlite',
          [ATTR.querySummary]: summary,
          [ATTR.queryText]: args.length > 1 ? text : sanitized,
        })
        return { ...described, isSync: true, failed: sqliteFailure([text]) }
      },
      () => call(...args),
    )
