import { ROOT_CONTEXT } from '@opentelemetry/api'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { resolveConfig } from '../../../src/telemetry/config/resolve.ts'
import { createFlushPipelines } from '../../../src/telemetry/processor-flush.ts'
import { setUpTracer } from '../traces/support.ts'

let flushes: number
let forceFlush: () => Promise<void>

const setUp = () => {
  const processor = {
    onStart() {},
    onEnd() {},
    async shutdown() {},
    forceFlush: () => forceFlush(),
  }
  const config = resolveConfig(
    { otlp: false, traces: { processors: [processor] } },
    () => undefined,
    () => {},
  )
  const { tracer, recorder } = setUpTracer({ processors: [processor] })
  const [pipeline] = createFlushPipelines(config, recorder)
  const endRequest = (): Promise<void> | undefined => {
    pipeline?.open()
    return pipeline?.afterRequest()
  }
  return { endRequest, tracer, record: () => tracer.startSpan('span', {}, ROOT_CONTEXT).end() }
}

beforeEach(() => {
  flushes = 0
  forceFlush = async () => {
    flushes++
  }
})

describe('span processors', () => {
  it('are flushed by a request that ended spans, and not by one that did not', async () => {
    const { endRequest, record, tracer } = setUp()
    tracer.startSpan('open', {}, ROOT_CONTEXT)
    expect(endRequest()).toBeUndefined()
    record()
    await endRequest()
    expect(flushes).toBe(1)
    expect(endRequest()).toBeUndefined()
  })

  it('that fail to flush are reported once, and flushed again', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    const { endRequest, record } = setUp()
    forceFlush = async () => {
      flushes++
      throw new Error('no receiver')
    }
    for (const _ of [1, 2]) {
      record()
      await endRequest()
    }
    expect(flushes).toBe(2)
    expect(warn.mock.calls).toEqual([
      ['hono-observability: a span processor threw: Error: no receiver'],
    ])
  })

  it('are not there: no pipeline is', () => {
    const config = resolveConfig(
      {},
      () => undefined,
      () => {},
    )
    expect(createFlushPipelines(config, setUpTracer().recorder)).toEqual([])
  })
})
