import { metrics } from '@opentelemetry/api'
import type { Hono } from 'hono'
import { exporterState } from 'hono-observability'
import { d1, healthRoutes, kv, telemetry } from 'hono-observability/health'

/** The health routes: the checks ask no more of the storage than every runtime's has. */
export const health = (): Hono =>
  healthRoutes({
    metrics: () => metrics.getMeter('shop'),
    checks: { db: d1('DB'), carts: kv('CARTS'), telemetry: telemetry(exporterState) },
  })
