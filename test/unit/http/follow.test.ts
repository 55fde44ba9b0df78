import { expect, it } from 'vitest'
import { follow } from '../../../src/http/follow.ts'

const after = async (redirects: number): Promise<[Promise<Response>, () => number]> => {
  let sent = 0
  const url = 'http://shop.test/'
  const answered = follow({ args: [url], url, method: 'GET', headers: new Headers() }, async () => {
    sent++
    return sent > redirects
      ? new Response('here')
      : new Response(null, { status: 302, headers: { location: `/${sent}` } })
  })
  return [answered, () => sent]
}

it('follows twenty redirects, as the Fetch standard has it', async () => {
  const [answered, sent] = await after(20)
  expect(await (await answered).text()).toBe('here')
  expect(sent()).toBe(21)
})

it('follows no more than twenty redirects', async () => {
  const [answered, sent] = await after(21)
  await expect(answered).rejects.toThrow(new TypeError('Too many redirects'))
  expect(sent()).toBe(21)
})
