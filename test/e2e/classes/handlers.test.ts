import { describe, expect, it } from 'vitest'
import { checkSpans } from '../../support/span-checks.ts'
import { spanNamed, useClassesWorker } from './harness.ts'

const ERROR = 2
const PROCESS = 'process class-orders'

const harness = useClassesWorker()

describe('a queue', () => {
  it('links each batch to the spans that sent it, and shows the bodies that were sent', async () => {
    await harness.call('POST /orders', { order: 1 }, { text: 'a' }, { fail: 1 }, {})
    const spans = await harness.spans('POST /orders', PROCESS)
    const batches = () => harness.sink.spans().filter(({ name }) => name === PROCESS)
    await harness.sink.waitFor(() => batches().length === 2, 10_000)
    const send = spanNamed(spans, 'sendBatch ORDERS')
    expect(batches()).toMatchObject([
      {
        kind: 5,
        // One producer of four messages: one link, and the parent.
        traceId: send.traceId,
        parentSpanId: send.spanId,
        links: [{ traceId: send.traceId, spanId: send.spanId }],
        attributes: {
          'messaging.batch.message_count': 4,
          'hono.queue.acked': 3,
          'hono.queue.retried': 1,
          'hono.queue.redelivered': 0,
        },
        events: [
          {
            name: 'hono.queue.message',
            attributes: { 'hono.queue.outcome': 'retry', 'hono.queue.attempts': 1 },
          },
        ],
      },
      {
        parentSpanId: send.spanId,
        links: [{ spanId: send.spanId }],
        attributes: { 'hono.queue.acked': 1, 'hono.queue.redelivered': 1 },
        events: [{ attributes: { 'hono.queue.outcome': 'ack', 'hono.queue.attempts': 2 } }],
      },
    ])
    expect(checkSpans(harness.sink.spans())).toEqual([])
    const waits = await harness.points('hono.queue.wait.duration')
    expect(waits[0]).toMatchObject({
      attributes: { 'messaging.destination.name': 'class-orders' },
      count: 4,
    })
    expect(await harness.call('GET /consumed')).toEqual([
      { order: 1 },
      { text: 'a' },
      { fail: 1 },
      {},
      { fail: 1 },
    ])
  })
})

describe('email', () => {
  it.each([
    ['ada', 'forward', ['archive@example.com']],
    ['refuse', 'reject', ['not here']],
  ])(
    'to %s has a span with its outcome, %s, and nothing of the message',
    async (to, outcome, done) => {
      expect(await harness.call(`POST /mail/${to}`)).toEqual(done)
      const spans = await harness.spans('email')
      expect(spanNamed(spans, 'email')).toMatchObject({ kind: 5, parentSpanId: '' })
      expect(spanNamed(spans, 'email').attributes).toEqual({
        'faas.trigger': 'other',
        'hono.email.size_bytes': 321,
        'hono.email.outcome': outcome,
      })
    },
  )

  it('whose handler fails is an ERROR', async () => {
    await expect(harness.call('POST /mail/fail')).rejects.toThrow('500')
    expect(spanNamed(await harness.spans('email'), 'email')).toMatchObject({
      status: { code: ERROR, message: 'mail failed' },
      attributes: { 'hono.email.outcome': 'drop' },
    })
  })
})

describe('a tail Worker', () => {
  it('counts the invocations of others by outcome, and has no spans of its own', async () => {
    await expect(harness.call('GET /service/fetch/fail')).rejects.toThrow('500')
    const seen = () =>
      harness.sink
        .metrics()
        .filter(({ name }) => name === 'hono.tail.invocations')
        .flatMap(({ points }) => points)
        .map(({ attributes }) => [
          attributes['hono.tail.event'],
          attributes['hono.tail.entrypoint'],
          attributes['hono.tail.outcome'],
        ])
    await harness.sink.waitFor(() => seen().length >= 2)
    expect(seen()).toEqual(
      expect.arrayContaining([
        ['fetch', 'Service', 'exception'],
        ['fetch', undefined, 'ok'],
      ]),
    )
    for (const name of ['hono.tail.cpu_time', 'hono.tail.wall_time']) {
      const metrics = harness.sink.metrics().filter((metric) => metric.name === name)
      expect(metrics[0]).toMatchObject({ unit: 's', type: 'histogram' })
    }
    const services = harness.sink.spans().map(({ resource }) => resource['service.name'])
    expect(services).not.toContain('tail')
  })
})
