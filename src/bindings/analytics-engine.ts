import { trace } from '@opentelemetry/api'
import { guard } from '../base/guard.ts'
import { activeContext } from '../context/async-context.ts'
import { isTracingSuppressed } from '../context/suppress.ts'
import * as ATTR from './attributes.ts'
import { countDataPoints } from './metrics.ts'
import type { BindingContext } from './types.ts'
import { wrapObject } from './wrap-object.ts'

/**
 * Analytics Engine: points are counted, and go through as they are. No span: a point is handed over and forgotten,
 * there is nothing to wait for and no outcome.
 */
export const wrapAnalyticsEngine = (dataset: object, { name, options }: BindingContext): object => {
  const attributes = { [ATTR.bindingType]: 'AnalyticsEngine', [ATTR.bindingName]: name }
  return wrapObject(dataset, {
    writeDataPoint(call, args) {
      const context = activeContext()
      const counts = trace.getSpan(context) !== undefined && !isTracingSuppressed(context)
      const refusal =
        counts &&
        guard(() => options.usage?.begin({ name: `writeDataPoint ${name}`, attributes }, context))
      if (refusal) {
        throw refusal
      }
      const result = call(...args)
      if (counts) {
        guard(() => countDataPoints(attributes))
      }
      return result
    },
  })
}
