import { stream } from 'hono/streaming'
import { encode, type Group, sleep } from './group.ts'

/** What the app saw of each stream that a client left, by name. */
const seen: Record<string, string> = {}

const LIMIT = 400

const ticking = (name: string): ReadableStream<Uint8Array> => {
  let left = LIMIT
  seen[name] = 'flows'
  return new ReadableStream({
    async pull(controller) {
      await sleep(5)
      if (left-- > 0) {
        controller.enqueue(encode('tick '))
      } else {
        seen[name] = 'ended'
        controller.close()
      }
    },
    cancel() {
      seen[name] = 'cancelled'
    },
  })
}

/**
 * Clients that leave in the middle. On workerd an app hears of it only while something is in `waitUntil`, as ours is:
 * there, what the app saw differs on purpose.
 */
export const cancellations: Group = {
  path: '/cancellations',
  on: ['deno', 'bun', 'node'],
  register: (app) => {
    app.get('/cancellations/plain', () => new Response(ticking('plain')))
    app.get(
      '/cancellations/events',
      () => new Response(ticking('events'), { headers: { 'Content-Type': 'text/event-stream' } }),
    )
    app.get('/cancellations/hono', (c) =>
      stream(c, async (to) => {
        seen.hono = 'flows'
        to.onAbort(() => {
          seen.hono = 'cancelled'
        })
        for (let i = 0; i < LIMIT && !to.aborted; i++) {
          await to.write('tick ')
          await to.sleep(5)
        }
      }),
    )
    app.get('/cancellations/seen/:name', (c) => c.text(seen[c.req.param('name')] ?? 'nothing'))
  },
  requests: Object.fromEntries(
    ['plain', 'events', 'hono'].map((name) => [
      `a reset within ${name}`,
      { path: `/cancellations/${name}`, reset: true },
    ]),
  ),
}
