import { instrument } from 'hono-observability'
import { describe, expect, it, vi } from 'vitest'
import { asksItself, QUESTIONS } from '../support/asks-itself.ts'
import { Capture, send } from './support.ts'

describe.each(['the middleware', 'both'])('under %s', (way) => {
  it.each(QUESTIONS)('%s is one request, whatever it asks of the app', async (...question) => {
    const [asked, headers, status, name, inner] = question
    vi.spyOn(console, 'error').mockImplementation(() => {})
    const lines: Record<string, unknown>[] = []
    const capture = new Capture()
    const options = capture.options({
      logs: { console: (line: string) => void lines.push(JSON.parse(line)) },
    } as never)
    const app = asksItself(options)
    const [method, path] = asked.split(' ') as [string, string]
    const { response } = await send(
      (way === 'both' ? instrument(app, options) : app) as never,
      path,
      { method, headers },
    )
    const route = name.split(' ')[1]
    expect(response.status).toBe(status)
    const server = capture.serverSpan
    expect(server.name).toBe(name)
    expect(server.attributes['http.route']).toBe(route)
    const below = capture.spans.filter(({ spanId }) => spanId !== server.spanId)
    expect(below.map((span) => span.name).sort()).toEqual(inner)
    expect(below.every(({ traceId }) => traceId === server.traceId)).toBe(true)
    expect(
      capture
        .points('http.server.request.duration')
        .map(({ count, attributes }) => [count, attributes['http.route']]),
    ).toEqual([[1, route]])
  })
})
