import { expect, it } from 'vitest'
import { checkSpans } from '../../support/span-checks.ts'
import { spanNamed, treeOf, useClassesWorker } from './harness.ts'

const ERROR = 2
const POST = 'POST /service/:method'

const harness = useClassesWorker()

it('makes spans of RPC methods, in the trace of their caller, but not of those they call', async () => {
  expect(await harness.call('POST /service/add', 1, 2)).toBe(3)
  const spans = await harness.spans(POST, 'ServiceEntrypoint/add')
  expect(treeOf(spans, POST)).toEqual([
    `${POST} (server)`,
    '  SERVICE/add (client)',
    '    ServiceEntrypoint/add (server)',
  ])
  expect(checkSpans(spans)).toEqual([])
})

it('hands the trace on: Worker, service, object', async () => {
  expect(await harness.call('POST /service/visit', 'Ada')).toBe('hello Ada')
  const spans = await harness.spans(POST, 'RoomObject/hello')
  expect(treeOf(spans, POST)).toEqual([
    `${POST} (server)`,
    '  SERVICE/visit (client)',
    '    ServiceEntrypoint/visit (server)',
    '      ROOM/hello (client)',
    '        RoomObject/hello (server)',
  ])
})

it('makes a span of fetch', async () => {
  expect(await harness.call('GET /service/fetch/path')).toBe(200)
  const spans = await harness.spans('GET /service/fetch/:path', 'GET')
  expect(treeOf(spans, 'GET /service/fetch/:path')).toEqual([
    'GET /service/fetch/:path (server)',
    '  GET SERVICE (client)',
    '    GET (server)',
  ])
  expect(spanNamed(spans, 'GET').attributes).toMatchObject({
    'http.request.method': 'GET',
    'url.path': '/path',
    'http.response.status_code': 200,
  })
})

it('tells of a fetch that throws', async () => {
  await expect(harness.call('GET /service/fetch/fail')).rejects.toThrow('500')
  const spans = await harness.spans('GET /service/fetch/:path', 'GET')
  expect(spanNamed(spans, 'GET')).toMatchObject({
    status: { code: ERROR },
    attributes: { 'http.response.status_code': 500, 'error.type': 'RangeError' },
  })
})

it('instruments a class that is the default export of another Worker', async () => {
  expect(await harness.call('GET /other')).toEqual([42, 'other'])
  const spans = await harness.spans('GET /other', 'Other/double', 'GET')
  expect(treeOf(spans, 'GET /other')).toEqual([
    'GET /other (server)',
    '  OTHER/double (client)',
    '    Other/double (server)',
    '  GET OTHER (client)',
    '    GET (server)',
  ])
  expect(spanNamed(spans, 'Other/double').resource['service.name']).toBe('other')
})

it('makes a span of scheduled, at the root of its own trace', async () => {
  expect(await harness.call('POST /cron/fail')).toMatchObject({ outcome: 'exception' })
  const spans = await harness.spans('scheduled fail')
  expect(spanNamed(spans, 'scheduled fail')).toMatchObject({
    parentSpanId: '',
    status: { code: ERROR },
    attributes: { 'faas.trigger': 'timer', 'faas.cron': 'fail', 'error.type': 'RangeError' },
  })
})
