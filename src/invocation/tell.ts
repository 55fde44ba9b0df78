import type { Attributes, Context, SpanOptions } from '@opentelemetry/api'

/** Adds what the platform tells of an invocation to the span that it gets. */
export type Tell = (options: SpanOptions & { readonly attributes: Attributes }) => void

const TELL = /* @__PURE__ */ Symbol()

/** The context of an invocation, put around the app by who knows its platform. */
export const withTell = (context: Context, tell: Tell): Context => context.setValue(TELL, tell)

export const tellOf = (context: Context): Tell | undefined =>
  context.getValue(TELL) as Tell | undefined
