import { env } from 'cloudflare:test'
import { AsyncLocalStorage } from 'node:async_hooks'
import { expect, it } from 'vitest'
it('kv', async () => {
  const als = new AsyncLocalStorage<number>()
  await env.CACHE.put('a', '1')
  expect(await als.run(1, async () => env.CACHE.get('a'))).toBe('1')
  console.log(performance.timeOrigin, performance.now(), Date.now(), typeof (new Uint8Array(1)).toHex)
})
