import type { Context } from '@opentelemetry/api'
import { runWithContext } from '../context/async-context.ts'
import { log } from '../telemetry/log.ts'
import * as ATTR from './attributes.ts'
import type { Operation } from './operation.ts'

/** Milliseconds, unless the options say otherwise. */
export const DEFAULT_SLOW_MS = 500

/** One line for an operation that took long, by the logger `bindings` unless it names another, with the ids of its span. No keys, no values. */
export const logSlow = (
  { name, attributes, logger = 'bindings' }: Operation,
  durationMs: number,
  thresholdMs: number,
  context: Context,
): void =>
  runWithContext(context, () =>
    log.named(logger).warn(`slow ${name}`, {
      [ATTR.bindingName]: attributes[ATTR.bindingName],
      [ATTR.bindingType]: attributes[ATTR.bindingType],
      operation: name,
      // As in access lines.
      duration_ms: Math.round(durationMs * 1000) / 1000,
      slow: true,
      threshold_ms: thresholdMs,
    }),
  )
