import { expect, it } from 'vitest'
import { follow } from '../../../src/http/follow.ts'

const BY_RUNTIME = new Response('as the runtime has it')

const after = async (
  redirects: number,
  method = 'GET',
): Promise<[Promise<Response>, () => number]> => {
  let sent = 0
  const url = 'http://shop.test/'
  const answered = follow(
    { args: [url, { method }], url, method, headers: new Headers() },
    async () => {
      sent++
      return sent > redirects
        ? new Response('here')
        : new Response(null, { status: 307, headers: { location: `/${sent}` } })
    },
    async () => BY_RUNTIME,
  )
  return [answered, () => sent]
}

it('follows twenty redirects, as the Fetch standard has it', async () => {
  const [answered, sent] = await after(20)
  expect(await (await answered).text()).toBe('here')
  expect(sent()).toBe(21)
})

it('leaves what to do after twenty redirects to the runtime', async () => {
  const [answered, sent] = await after(21)
  expect(await answered).toBe(BY_RUNTIME)
  expect(sent()).toBe(21)
})

it('follows no more than twenty redirects where the method does not allow to ask again', async () => {
  const [answered, sent] = await after(21, 'DELETE')
  await expect(answered).rejects.toThrow(new TypeError('Too many redirects'))
  expect(sent()).toBe(21)
})

it.each([
  undefined,
  '',
  'http://',
  'data:text/plain,x',
  'file:///etc/passwd',
  'http://u:p@shop.test/',
])('leaves a redirect to %j to the runtime, with nothing of ours', async (location) => {
  const url = 'http://shop.test/'
  const calls: unknown[][] = []
  const answered = await follow(
    { args: [url], url, method: 'GET', headers: new Headers({ own: '1' }) },
    async () =>
      new Response(null, { status: 302, headers: location === undefined ? {} : { location } }),
    async (args) => {
      calls.push([...args])
      return BY_RUNTIME
    },
  )
  expect(answered).toBe(BY_RUNTIME)
  const [[input, init]] = calls as [[string, RequestInit]]
  expect(input).toBe(url)
  expect(init.redirect).toBe('follow')
  expect([...(init.headers as Headers)]).toEqual([['own', '1']])
})
