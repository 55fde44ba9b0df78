import { describe, expect, it } from 'vitest'
import { traceConfig } from '../../../src/entries/otel-cf-workers.ts'
import { rewriteSpan } from '../../../src/interop/otel-cf-workers/rewrite.ts'

describe('versions of otel-cf-workers', () => {
  it('one that looks for an exporter, since it knows no span processors, is told what it must be', () => {
    const config = traceConfig({ service: { name: 'shop' } })({})
    expect(() => (config as { exporter?: unknown }).exporter).toThrow(
      'Cannot use traceConfig(): `@microlabs/otel-cf-workers` must be 1.0.0-rc.9 or later',
    )
  })

  it('others copy the configuration, and see nothing of that', () => {
    const config = traceConfig({ service: { name: 'shop' } })({})
    expect(Object.keys({ ...config })).toEqual([
      'service',
      'spanProcessors',
      'propagator',
      'handlers',
      'instrumentation',
    ])
  })

  it('an exporter of your own stays', () => {
    const exporter = { url: 'https://otlp.test' }
    expect(traceConfig({}, { exporter })({}).exporter).toBe(exporter)
  })

  it('the route that newer ones put into the name stays there', () => {
    const names: string[] = []
    const copy = { updateName: (name: string) => names.push(name) }
    const attributes = { 'http.route': '/orders/:id' }
    for (const name of ['fetchHandler GET /orders/:id', 'fetchHandler GET']) {
      rewriteSpan({ name, kind: 1, attributes } as never, copy as never, {} as never)
    }
    rewriteSpan(
      { name: 'fetchHandler GET', kind: 1, attributes: {} } as never,
      copy as never,
      {} as never,
    )
    expect(names).toEqual(['GET /orders/:id', 'GET /orders/:id', 'GET'])
  })
})
