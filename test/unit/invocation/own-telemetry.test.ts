import { instrument, log } from 'hono-observability'
import { afterEach, expect, it, vi } from 'vitest'

afterEach(() => {
  vi.restoreAllMocks()
})

it('what a cron of one service logs is told by that service, and not by the first of the isolate', async () => {
  const lines: string[] = []
  vi.spyOn(console, 'info').mockImplementation((line) => void lines.push(String(line)))
  const serviceOf = (name: string) =>
    instrument({ scheduled: () => log.info(`by ${name}`) }, { service: { name }, otlp: false })
  for (const worker of ['a', 'b'].map(serviceOf)) {
    const event = { cron: '* * * * *', scheduledTime: Date.now(), noRetry() {} }
    const executionCtx = { waitUntil() {}, passThroughOnException() {}, props: {} }
    await worker.scheduled(...([event, {}, executionCtx] as never as []))
  }
  const told = lines
    .map((line) => JSON.parse(line))
    .filter(({ message }) => message.startsWith('by '))
    .map((line) => [line.message, line['service.name']])
  expect(told).toEqual([
    ['by a', 'a'],
    ['by b', 'b'],
  ])
})
