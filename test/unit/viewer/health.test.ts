import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { createViewer, openNodeSql } from '../../../viewer/index.ts'

const server = createServer((request, response) => {
  const isJson = request.url === '/health'
  response.writeHead(isJson ? 503 : 200, { 'content-type': 'application/health+json' })
  response.end(isJson ? '{"status":"fail"}' : 'fine')
})

afterEach(() => {
  server.closeAllConnections()
  server.close()
})

it('shows what the health route answers, or why there is no answer', async () => {
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })
  const read = async (healthUrl: string): Promise<unknown> => {
    const viewer = createViewer({ sql: openNodeSql(), healthUrl })
    expect(viewer.status().health).toBe(true)
    return (await viewer.fetch(new Request('http://localhost/api/health'))).json()
  }
  const url = `http://127.0.0.1:${port}/health`
  expect(await read(url)).toMatchObject({ url, status: 503, body: { status: 'fail' }, error: null })
  const text = await read(`http://127.0.0.1:${port}/text`)
  expect(text).toMatchObject({ status: 200, body: null, error: null })
  expect(await read('http://127.0.0.1:1/')).toMatchObject({
    status: null,
    body: null,
    error: expect.any(String),
  })
})
