import { describe, expect, it } from 'vitest'
import { type Answer, type Ask, get, type Json, type Open, send } from './backend.ts'
import { cpuProfile } from './cpu-profile.ts'
import { request, START_MS, spans } from './records.ts'

const JSON_TYPE = { 'content-type': 'application/json' }

const post = (ask: Ask, profile: Json, query: Record<string, string> = {}): Promise<Response> =>
  ask(`/api/profiles?${new URLSearchParams(query)}`, {
    method: 'POST',
    headers: JSON_TYPE,
    body: JSON.stringify(profile),
  })

const busyHalf = cpuProfile([{ name: 'burn' }], [0, 0, 'idle', 'idle'], 50)

/** Profiles in the viewer. */
export function profileTests(open: Open): void {
  describe('profiles', () => {
    it('are listed, the newest first, and shown with their functions', async () => {
      const ask = await open()
      expect(await get(ask, '/api/profiles')).toEqual({ profiles: [] })
      const sent = await post(ask, busyHalf, { name: 'shop', startMs: '1000', service: 'shop' })
      expect(sent.status).toBe(201)
      await post(ask, busyHalf)
      const { profiles } = await get(ask, '/api/profiles')
      expect(profiles).toMatchObject([
        { name: 'unnamed', service: '', startMs: null },
        { name: 'shop', service: 'shop', startMs: 1000, kind: 'cpu', total: 100, functions: 1 },
      ])
      const view = await get(ask, `/api/profiles/${profiles[1].id}`)
      expect(view).toMatchObject({
        name: 'shop',
        unit: 'ms',
        durationMs: 200,
        frames: [{ name: 'burn', file: 'app.ts', line: 3, self: 100, total: 100 }],
        nodes: [[0, -1, 100]],
      })
      expect((await ask('/api/profiles/99')).status).toBe(404)
      expect((await ask('/api/profiles/x')).status).toBe(404)
    })

    it('tell the requests that ran meanwhile, and divide their work among them', async () => {
      const ask = await open()
      await send(
        ask,
        'traces',
        spans([
          request({ trace: 1, span: 1, from: 0, to: 100, route: '/slow' }),
          request({ trace: 2, span: 2, from: 50, to: 100, route: '/slow', status: 500 }),
          // Nothing of it is work.
          request({ trace: 3, span: 3, from: 110, to: 190, route: '/waits' }),
          request({ trace: 4, span: 4, from: -500, to: -400, route: '/before' }),
          request({ trace: 5, span: 5, from: 300, to: 400, route: '/after' }),
        ]),
      )
      await send(ask, 'traces', spans([request({ trace: 6, span: 6, from: 0, to: 100 })], 'other'))
      const { id } = (await (
        await post(ask, busyHalf, { startMs: String(START_MS), service: 'shop' })
      ).json()) as Answer
      const { requests } = await get(ask, `/api/profiles/${id}`)
      expect(requests).toEqual({
        routes: [
          {
            service: 'shop',
            route: 'GET /slow',
            count: 2,
            failed: 1,
            wallMs: 150,
            cpuMs: expect.closeTo(100, 3),
            sample: { traceId: expect.stringMatching(/1$/), spanId: expect.stringMatching(/1$/) },
          },
          expect.objectContaining({ route: 'GET /waits', count: 1, cpuMs: 0 }),
        ],
        otherMs: expect.closeTo(0, 3),
        truncated: false,
      })
    })

    it('give a request whose clock stood, as on Workers, the work that follows', async () => {
      const ask = await open()
      await send(ask, 'traces', spans([request({ trace: 1, span: 1, from: 10, to: 10 })]))
      const { id } = (await (
        await post(ask, busyHalf, { startMs: String(START_MS) })
      ).json()) as Answer
      const { requests } = await get(ask, `/api/profiles/${id}`)
      expect(requests.routes).toMatchObject([{ count: 1, wallMs: 0, cpuMs: expect.closeTo(90, 0) }])
      expect(requests.otherMs).toBeCloseTo(10, 0)
    })

    it('give it to one that arrived a moment before its work began, too, and none that came long before', async () => {
      const ask = await open()
      await send(
        ask,
        'traces',
        spans([
          request({ trace: 1, span: 1, from: 45, to: 45, route: '/soon' }),
          request({ trace: 2, span: 2, from: 5, to: 5, route: '/long-before' }),
        ]),
      )
      const profile = cpuProfile([{ name: 'burn' }], ['idle', 'idle', 0, 'idle'], 30)
      const sent = await post(ask, profile, { startMs: String(START_MS) })
      const { id } = (await sent.json()) as Answer
      const { requests } = await get(ask, `/api/profiles/${id}`)
      expect(requests.routes).toMatchObject([
        { route: 'GET /soon', cpuMs: expect.closeTo(30, 0) },
        { route: 'GET /long-before', cpuMs: 0 },
      ])
    })

    it('know when they were made from when they ended, too', async () => {
      const ask = await open()
      expect(await (await post(ask, busyHalf, { endMs: '1200' })).json()).toMatchObject({
        startMs: 1000,
      })
    })

    it('are twenty at most, and the oldest go', async () => {
      const ask = await open()
      for (let at = 0; at < 22; at++) await post(ask, busyHalf, { name: `p${at}` })
      const { profiles } = await get(ask, '/api/profiles')
      expect(profiles.map(({ name }: { name: string }) => name)).toEqual(
        Array.from({ length: 20 }, (_, at) => `p${21 - at}`),
      )
    })

    it('take a quarter of the store at most, each and all', async () => {
      const ask = await open({ maxBytes: 200_000 })
      const places = (count: number) =>
        Array.from({ length: count }, (_, at) => ({ name: `function number ${at}` }))
      const refused = await post(ask, cpuProfile(places(2000), [0]))
      expect([refused.status, await refused.text()]).toEqual([
        413,
        expect.stringContaining('more than is kept: profile for a shorter time'),
      ])
      for (const name of ['a', 'b', 'c']) await post(ask, cpuProfile(places(300), [0]), { name })
      const { profiles } = await get(ask, '/api/profiles')
      expect(profiles.map(({ name }: { name: string }) => name)).toEqual(['c', 'b'])
    })

    it('are refused when they are none, or another site sends them', async () => {
      const ask = await open()
      const none = await post(ask, { resourceSpans: [] })
      expect([none.status, await none.text()]).toEqual([
        400,
        expect.stringContaining('.cpuprofile'),
      ])
      expect((await post(ask, busyHalf, { startMs: 'soon' })).status).toBe(400)
      const init = { method: 'POST', body: JSON.stringify(busyHalf) }
      for (const headers of [
        { origin: 'https://evil.example' },
        { 'sec-fetch-site': 'cross-site' },
      ]) {
        const response = await ask('/api/profiles', { ...init, headers: headers as never })
        expect(response.status).toBe(403)
      }
      expect(await get(ask, '/api/profiles')).toEqual({ profiles: [] })
    })

    it('go with everything else', async () => {
      const ask = await open()
      await post(ask, busyHalf)
      expect((await ask('/api/data', { method: 'DELETE' })).status).toBe(204)
      expect(await get(ask, '/api/profiles')).toEqual({ profiles: [] })
    })
  })
}
