import { bindings } from '../../../../src/entries/bindings.ts'
import { cf } from '../../../../src/entries/cf.ts'
import { middlewareSpans } from '../../../../src/entries/middleware.ts'
import { instrument, type ObservabilityOptions, observability } from '../../../../src/index.ts'
import type { App } from '../routes/group.ts'

/** With how much of us. */
export const VARIANTS = ['bare', 'middleware', 'instrument', 'both', 'everything'] as const
export type Variant = (typeof VARIANTS)[number]

const service = { name: 'differential' }

const OPTIONS: Record<Variant, ObservabilityOptions> = {
  bare: {},
  middleware: { service, logs: false },
  instrument: { service, logs: false },
  both: { service, logs: false },
  everything: {
    service,
    traces: { fetch: true, serverTiming: true, middleware: middlewareSpans() },
    metrics: { activeRequests: true, bodySizes: true },
    logs: { otlp: true, errorIdHeader: 'X-Error-ID' },
    bindings: bindings(),
    http: {
      query: 'values',
      userAgent: true,
      requestHeaders: ['x-own'],
      responseHeaders: ['etag'],
      cf: cf('edge', 'connection', 'network', 'geo', 'bot'),
      enrich: (c) => ({ 'app.status': c.res.status }),
    },
  },
}

/** Adds our middleware where the variant has it. The function returned is called when all routes are there. */
export const observed = (app: App, variant: Variant): (() => App) => {
  const options = OPTIONS[variant]
  if (variant !== 'bare' && variant !== 'instrument') {
    app.use(observability(options))
  }
  return () => (variant === 'bare' || variant === 'middleware' ? app : instrument(app, options))
}
