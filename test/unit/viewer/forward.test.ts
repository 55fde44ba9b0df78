import { expect, it, vi } from 'vitest'
import { createViewer, type ForwardOptions, openNodeSql } from '../../../viewer/index.ts'

interface Sent {
  url: string
  headers: Record<string, string>
  body: string
}

function viewerWith(fetch: NonNullable<ForwardOptions['fetch']>) {
  const forward = { url: 'https://user:pass@otlp.example/base/', headers: { 'x-key': 'k' }, fetch }
  return createViewer({ sql: openNodeSql(), forward })
}

const post = (body: string, type = 'application/json'): Request =>
  new Request('http://localhost/v1/logs', {
    method: 'POST',
    headers: { 'content-type': type, authorization: 'Bearer mine' },
    body,
  })

it('sends on what was taken, as it was', async () => {
  const sent: Sent[] = []
  const viewer = viewerWith(async (url, init) => {
    const body = new TextDecoder().decode(init.body as Uint8Array)
    sent.push({ url, headers: init.headers as Record<string, string>, body })
    return new Response('', { status: sent.length === 1 ? 200 : 500 })
  })
  await viewer.fetch(post('{"resourceLogs": [ ] }'))
  await viewer.fetch(post('{'))
  await viewer.fetch(post('{}'))
  await vi.waitFor(() => expect(viewer.status().forward).toMatchObject({ sent: 1, failed: 1 }))
  expect(sent[0]).toEqual({
    url: 'https://user:pass@otlp.example/base/v1/logs',
    headers: { 'content-type': 'application/json', 'x-key': 'k' },
    body: '{"resourceLogs": [ ] }',
  })
  expect(sent).toHaveLength(2)
  expect(viewer.status().forward).toMatchObject({
    url: 'https://otlp.example/base',
    lastError: 'logs: status 500',
  })
})

it('never waits for a dead endpoint, and counts what it drops', async () => {
  let calls = 0
  const viewer = viewerWith(() => {
    calls++
    return new Promise(() => undefined)
  })
  const started = performance.now()
  for (let i = 0; i < 300; i++) {
    expect((await viewer.fetch(post('{}'))).status).toBe(200)
  }
  expect(performance.now() - started).toBeLessThan(5000)
  expect(calls).toBe(2)
  expect(viewer.status().forward).toMatchObject({ sent: 0, waiting: 258, dropped: 42 })
})

it('counts an endpoint that cannot be reached', async () => {
  const viewer = viewerWith(() => Promise.reject(new Error('refused')))
  await viewer.fetch(post('{}'))
  await vi.waitFor(() =>
    expect(viewer.status().forward).toMatchObject({ failed: 1, lastError: 'logs: refused' }),
  )
})
