import { type Context, createContextKey } from '@opentelemetry/api'

const QUESTION = /* @__PURE__ */ createContextKey('hono-observability question to a model')

/** What a question is sent in. A `fetch` within the one that sends it asks the same. */
export const nestedIn = (context: Context): Context => context.setValue(QUESTION, true)

export const isNested = (context: Context): boolean => context.getValue(QUESTION) === true
