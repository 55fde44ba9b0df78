import type { Attributes, Context } from '@opentelemetry/api'
import { guard } from '../base/guard.ts'
import { runWithContext } from '../context/async-context.ts'
import { log } from '../telemetry/log.ts'
import type { Scope } from '../telemetry/scope.ts'
import type { Ledger } from './ledger.ts'
import { routeName } from './owner.ts'

/** Lines of one kind, of one route, are written at most so often. */
const LINE_EVERY_MS = 60_000

/** Kinds of lines of one isolate that are remembered; beyond, all are forgotten, and written anew. */
const MAX_LINES = 1000

/** Something to tell of an event: as a line, an event of its span, and a count. */
export interface Told {
  /** Of the span's event. */
  readonly name: string
  /** What is told of one event once, and only counted again. */
  readonly key: string
  readonly message: string
  /** What the count has. */
  readonly counted: Attributes
  /** What line and span event have beside that. */
  readonly more: Attributes
}

/** Tells it: on the span and in the counts, and once a minute in the log. */
export type Tell = (owner: Scope, ledger: Ledger, told: Told, context: Context) => void

export const telling = (): Tell => {
  const lines = new Map<string, number>()
  const isDue = (key: string): boolean => {
    const nowMs = Date.now()
    if (nowMs - (lines.get(key) ?? Number.NEGATIVE_INFINITY) < LINE_EVERY_MS) {
      return false
    }
    if (lines.size >= MAX_LINES) {
      lines.clear()
    }
    lines.set(key, nowMs)
    return true
  }
  return (owner, ledger, { name, key, message, counted, more }, context) =>
    guard(() => {
      ledger.happened(counted)
      if (!ledger.isNew(key)) {
        return
      }
      const fields = { ...counted, ...more }
      const route = routeName(owner)
      owner.span?.addEvent(name, fields)
      if (isDue(`${route} ${key}`)) {
        runWithContext(context, () => log.named('usage').warn(`${route} ${message}`, fields))
      }
    })
}
