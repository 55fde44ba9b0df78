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
export const wrapAnalyticsEngine = (dataset: object, { name }: BindingContext): object => {
  const attributes = { [ATTR.bindingType]: 'AnalyticsEngine', [ATTR.bindingName]: name }
  return wrapObject(dataset, {
    writeDataPoint(call, args) {
      const result = call(...args)
      const context = activeContext()
      if (trace.getSpan(context) && !isTracingSuppressed(context)) {
        guard(() => countDataPoints(attributes))
      }
      return result
    },
  })
}
