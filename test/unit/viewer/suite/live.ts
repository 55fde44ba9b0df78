import { describe, expect, it } from 'vitest'
import { type Answer, type Ask, get, type Open, send } from './backend.ts'
import { log, logs, request, spans } from './records.ts'

interface Tail {
  /** Resolves with the next event, heartbeats left out. */
  next(): Promise<{ id: string; event: string; data: Answer }>
  close(): Promise<void>
}

async function watch(ask: Ask, query = '', lastId?: string): Promise<Tail> {
  const headers = lastId ? { 'last-event-id': lastId } : {}
  const response = await ask(`/api/live?${query}`, { headers })
  expect(response.headers.get('content-type')).toBe('text/event-stream')
  const reader = (response.body as ReadableStream<Uint8Array>).getReader()
  const decoder = new TextDecoder()
  let text = ''
  const part = async (): Promise<string> => {
    while (!text.includes('\n\n')) {
      const { value, done } = await reader.read()
      if (done) throw new Error('The stream ended')
      text += decoder.decode(value, { stream: true })
    }
    const end = text.indexOf('\n\n')
    const found = text.slice(0, end)
    text = text.slice(end + 2)
    return found
  }
  expect(await part()).toBe('retry: 2000')
  return {
    async next() {
      for (;;) {
        const lines = (await part()).split('\n')
        const field = (name: string): string =>
          lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2) ?? ''
        if (field('event')) {
          return { id: field('id'), event: field('event'), data: JSON.parse(field('data')) }
        }
      }
    },
    close: () => reader.cancel(),
  }
}

export function liveTests(open: Open): void {
  describe('the live tail', () => {
    it('shows traces and logs as lists do, as they arrive', async () => {
      const ask = await open()
      const tail = await watch(ask)
      await send(ask, 'traces', spans([request({ trace: 1, span: 1 })]))
      await send(ask, 'logs', logs([log({ body: 'one' }), log({ body: 'two' })]))
      const events = [await tail.next(), await tail.next(), await tail.next()]
      expect(events.map(({ event }) => event)).toEqual(['trace', 'log', 'log'])
      expect(events[0]?.data).toEqual((await get(ask, '/api/traces')).items[0])
      expect(events[2]?.data).toEqual((await get(ask, '/api/logs')).items[0])
      expect((await get(ask, '/api/status')).watchers).toBe(1)
      await tail.close()
    })

    it('shows only what was asked for', async () => {
      const ask = await open()
      const tail = await watch(ask, 'signals=logs&level=warn&service=shop')
      await send(ask, 'traces', spans([request({ trace: 1, span: 1 })]))
      await send(ask, 'logs', logs([log({ severity: 17, body: 'of another' })], 'other'))
      await send(ask, 'logs', logs([log({ severity: 9 }), log({ severity: 13, body: 'wanted' })]))
      expect((await tail.next()).data.body).toBe('wanted')
      await tail.close()
    })

    it('goes on where it was left, and says when it cannot', async () => {
      const ask = await open()
      const first = await watch(ask)
      await send(ask, 'logs', logs([log({ body: 'seen' })]))
      const { id } = await first.next()
      await first.close()
      await send(ask, 'logs', logs([log({ body: 'missed' })]))
      const again = await watch(ask, '', id)
      expect((await again.next()).data.body).toBe('missed')
      await again.close()
      const stranger = await watch(ask, '', 'other-4')
      expect(await stranger.next()).toMatchObject({ event: 'gap', data: { reason: 'restart' } })
      await stranger.close()
    })

    it('drops the oldest for a reader that does not read, and says how many', async () => {
      const ask = await open()
      const tail = await watch(ask)
      for (let i = 0; i < 12; i++) {
        const records = Array.from({ length: 100 }, (_, n) => log({ body: `${100 * i + n}` }))
        await send(ask, 'logs', logs(records))
      }
      await send(ask, 'logs', logs(Array.from({ length: 150 }, () => log({ body: 'many' }))))
      let skipped = 0
      let busy = 0
      let received = 0
      while (skipped + received + busy < 1350) {
        const { event, data } = await tail.next()
        if (event === 'log') received++
        else if (data.reason === 'slow') skipped += data.skipped
        else busy += data.skipped
      }
      // What was dropped may include the word of the 50 that one post was too large for.
      expect(received).toBeGreaterThan(0)
      expect([0, 50]).toContain(busy)
      await tail.close()
    })
  })
}
