import { trace } from '@opentelemetry/api'
import { Hono } from 'hono'
import { log, observability } from 'hono-observability'
import { observeUpgrade } from 'hono-observability/websocket'
import { expect, it } from 'vitest'
import { adapter, type Talk } from './talking.ts'

const processor = {
  onStart(): void {},
  onEnd(): void {},
  forceFlush: async (): Promise<void> => {},
  shutdown: async (): Promise<void> => {},
}

// In a file of its own: in a process that captures no sampler is asked.
it.each([
  ['looks up the active span', () => trace.getActiveSpan()],
  ['writes a line', () => log.info('asked')],
])('a sampler that %s is asked once for each span', async (_, call) => {
  const asked: string[] = []
  const sampler = {
    shouldSample(_context: unknown, _traceId: string, name: string) {
      asked.push(name)
      call()
      return { decision: 2 }
    },
    toString: () => 'looking',
  }
  const { upgradeWebSocket, talks } = adapter()
  const app = new Hono()
  app.use(
    observability({
      traces: { sampler, processors: [processor] },
      logs: { console: false },
    }),
  )
  app.get(
    '/chat/:room',
    observeUpgrade(upgradeWebSocket)(() => ({ onMessage: () => log.info('heard') })),
  )
  await app.request('/chat/a', { headers: { upgrade: 'websocket' } })
  const talk = talks[0] as Talk
  talk.open()
  talk.say('hello')
  talk.say('again')
  talk.close()
  // The connection is over when the handlers of its close are.
  await new Promise((resolve) => setTimeout(resolve))
  expect(asked.slice(1)).toEqual([
    'message /chat/:room',
    'message /chat/:room',
    'websocket /chat/:room',
  ])
})
