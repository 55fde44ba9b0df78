import { type Context, createContextKey } from '@opentelemetry/api'
import { activeContext, runWithContext } from '../context/async-context.ts'
import { joinFields } from './join-fields.ts'
import type { LogFields } from './record.ts'

const FIELDS = /* @__PURE__ */ createContextKey('hono-observability log fields')

/** The fields that records written under this context carry. */
export const fieldsOf = (context: Context): LogFields | undefined =>
  context.getValue(FIELDS) as LogFields | undefined

/** Runs `fn` so that every record written under it, after awaits too, carries `fields`, and those of outer scopes. */
export const withFields = <T>(fields: LogFields, fn: () => T): T => {
  const context = activeContext()
  return runWithContext(context.setValue(FIELDS, joinFields(fieldsOf(context), fields)), fn)
}
