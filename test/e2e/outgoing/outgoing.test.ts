import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Compared } from './app.ts'
import { startEcho } from './echo-server.ts'
import { REQUESTS } from './requests.ts'
import { RUNTIMES, type Running, start } from './start.ts'

const CALLER = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
const OWN = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'

/** Of what was sent, without the headers that are ours to add. */
const withoutTrace = (text: string): string =>
  text.replace(/(traceparent|tracestate): [^\r]*\r\n/gi, '')

/** The one thing that is not the same: Deno sends the headers of a request whose body is replaced in another order. */
const inAnyOrder = (name: string, text: string): string =>
  name === 'a request and an init' ? text.split('\r\n').sort().join() : text

describe.each(RUNTIMES)('on %s', (runtime) => {
  let running: Running
  let echo: Awaited<ReturnType<typeof startEcho>>

  beforeAll(async () => {
    echo = await startEcho()
    running = await start(runtime)
  })
  afterAll(async () => {
    await running?.stop()
    echo?.close()
  })

  const get = async (path: string, headers: Record<string, string> = {}): Promise<string> => {
    const response = await fetch(`${running.url}${path}?url=${encodeURIComponent(echo.url)}`, {
      headers,
    })
    return response.text()
  }

  const WAYS = runtime === 'workerd' ? ['global', 'service', 'object'] : ['global']

  it.each(WAYS)('whatever %s fetch is given is sent as it is without us', async (way) => {
    const compared = JSON.parse(await get(`/${way}`)) as Compared[]
    expect(compared.map(({ name }) => name)).toEqual(Object.keys(REQUESTS))
    expect(compared.map(({ name, ours }) => [name, inAnyOrder(name, withoutTrace(ours))])).toEqual(
      compared.map(({ name, bare }) => [name, inAnyOrder(name, bare)]),
    )
    const sent = compared.filter(({ bare }) => /^[A-Za-z]+\s+(http:\/\/127|\/path)/.test(bare))
    expect(sent.length).toBeGreaterThan(25)
    const untraced = sent.filter(({ ours }) => !/traceparent: 00-/i.test(ours))
    // Bun takes what is no object for nothing.
    expect(untraced.map(({ name }) => name)).toEqual(
      sent.map(({ name }) => name).filter((name) => name === 'text for init'),
    )
  })

  it('the patched fetch looks like the runtime’s', async () => {
    const { isPatched, bare, ours, bareBinding, oursBinding, isSame } = JSON.parse(
      await get('/looks'),
    )
    expect(isPatched).toBe(true)
    expect(ours).toEqual(bare)
    expect(oursBinding).toEqual(bareBinding)
    expect(isSame).toBe(true)
    expect(bare.at(-1)).toBe(runtime === 'bun' ? 'function' : 'undefined')
  })

  it.each(
    runtime === 'workerd' ? ['service', 'object', 'request', 'headers'] : ['request', 'headers'],
  )('a caller’s traceparent that is passed on by %s is replaced by ours', async (way) => {
    const text = await get(`/forward/${way}`, { traceparent: CALLER })
    const sent = /traceparent: (\S+)/i.exec(text)?.[1]
    expect(sent).toContain('0af7651916cd43dd8448eb211c80319c')
    expect(sent).not.toContain('b7ad6b7169203331')
  })

  it('a traceparent that the app wrote itself stays', async () => {
    const text = await get('/forward/own', { traceparent: CALLER, 'x-own': OWN })
    expect(text).toContain(OWN)
  })
})
