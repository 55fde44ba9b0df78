import type { Attributes } from '@opentelemetry/api'
import type { Context } from 'hono'
import { atOnce } from '../base/thenable.ts'
import { describeThrown } from '../base/thrown.ts'
import { warnOnce } from '../base/warn.ts'
import { joinFields } from '../logs/join-fields.ts'
import type { HttpConfig } from '../telemetry/config/http.ts'
import type { RequestScope } from './request-scope.ts'

/** Asks `http.enrich`, once for each request, and puts what it returns on the span, the metric and the access line. */
export const enrichRequest = (scope: RequestScope, c: Context): void => {
  const { http } = scope.telemetry.config
  if (!http.enrich || scope.enriched || scope.isProbe) {
    return
  }
  scope.enriched = {}
  try {
    const given: unknown = atOnce(http.enrich(c, scope.span))
    if (typeof given === 'object' && given) {
      // Read here, where a getter that throws costs no more.
      const attributes: Attributes = { ...given }
      scope.span.setAttributes(attributes)
      scope.fields = joinFields(scope.fields, attributes)
      scope.enriched = measured(attributes, http)
    }
  } catch (error) {
    warnOnce(`\`http.enrich\` failed: ${describeThrown(error)}`, 'http.enrich')
  }
}

/** Of the attributes, those that are declared, with no other values than declared: how many series there are is known. */
const measured = (given: Attributes, { metricAttributes }: HttpConfig): Attributes => {
  const attributes: Attributes = {}
  for (const [key, values] of Object.entries(metricAttributes ?? {})) {
    const value = given[key]
    if (value !== undefined && value !== null) {
      attributes[key] = values.includes(value as string) ? value : '_OTHER'
    }
  }
  return attributes
}
