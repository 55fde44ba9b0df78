import { trace } from '@opentelemetry/api'
import { Hono } from 'hono'
import { observability, restoreGlobalFetch } from 'hono-observability'
import { genai, modelFetch } from 'hono-observability/genai'
import { type CapturedResponse, captured } from 'hono-observability/testing'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

const USAGE = { prompt_tokens: 5, completion_tokens: 7 }
const WHOLE = { id: 'a', model: 'm-1', choices: [{ finish_reason: 'stop' }], usage: USAGE }

let answer: () => unknown = () => Response.json(WHOLE)

beforeEach(() => {
  answer = () => Response.json(WHOLE)
  vi.stubGlobal('fetch', async () => answer())
})

afterEach(() => {
  restoreGlobalFetch()
  vi.unstubAllGlobals()
})

const URL_OF_CHAT = 'https://api.openai.com/v1/chat/completions'

const ask = (model = 'm', send: typeof fetch = fetch): Promise<Response> =>
  send(URL_OF_CHAT, { method: 'POST', body: JSON.stringify({ model, messages: [] }) })

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** An answer whose pieces come after pauses. */
const events = (pieces: readonly object[], pauseMs = 0): Response => {
  const left = [...pieces]
  return new Response(
    new ReadableStream(
      {
        async pull(controller) {
          await pause(pauseMs)
          const piece = left.shift()
          if (piece) {
            controller.enqueue(new TextEncoder().encode(`data: ${JSON.stringify(piece)}\n\n`))
          } else {
            controller.close()
          }
        },
      },
      { highWaterMark: 0 },
    ),
    { headers: { 'content-type': 'text/event-stream' } },
  )
}

const STREAM = [
  { id: 'a', choices: [{ delta: { content: 'hi' } }] },
  { id: 'a', choices: [], usage: USAGE },
]

const record = async (work: () => unknown): Promise<CapturedResponse & { result: unknown }> => {
  const app = new Hono()
  app.use(
    observability({
      service: { name: 'calls' },
      logs: false,
      traces: { fetch: true, genai: genai() },
    }),
  )
  let fault: unknown
  app.onError((error) => {
    fault = error
    return new Response(null, { status: 500 })
  })
  let result: unknown
  app.get('/', async (c) => {
    result = await work()
    return c.text('ok')
  })
  const recorded = await captured(app, 'http://shop.test/', { timeoutMs: 8000 })
  if (fault) {
    throw fault
  }
  return { ...recorded, result }
}

const chats = ({ spans }: CapturedResponse) => spans.filter(({ name }) => name.startsWith('chat'))

const measured = ({ metrics }: CapturedResponse, name: string) =>
  metrics.filter((each) => each.name === `gen_ai.client.${name}`)

const TOKENS = { 'gen_ai.usage.input_tokens': 5, 'gen_ai.usage.output_tokens': 7 }

describe('of a response and its clones, what is read first is observed, once', () => {
  it.each<[string, () => Response]>([
    ['events', () => events(STREAM)],
    ['JSON', () => Response.json(WHOLE)],
  ])('%s', async (_, make) => {
    answer = make
    const ways: ((response: Response) => Promise<unknown>)[] = [
      (response) => response.clone().text(),
      (response) => response.clone().clone().text(),
      async (response) => {
        const copy = response.clone()
        return [await response.text(), await copy.text()]
      },
      async (response) => {
        const copy = response.body && response.clone()
        return [await copy?.text(), await new Response(response.body).text()]
      },
      async (response) => {
        const copy = response.clone()
        void copy.body?.cancel()
        return response.text()
      },
    ]
    for (const way of ways) {
      const recorded = await record(async () => void (await way(await ask())))
      expect(chats(recorded).map(({ attributes }) => attributes)).toEqual([
        expect.objectContaining(TOKENS),
      ])
      expect(measured(recorded, 'token.usage').map(({ count }) => count)).toEqual([1, 1])
    }
  })
})

it('a stream that is read after its request has ended is waited for', async () => {
  answer = () => events(STREAM, 600)
  let reading: Promise<string> | undefined
  const recorded = await record(async () => {
    const { body } = await ask()
    reading = pause(300).then(() => new Response(body).text())
  })
  expect(await reading).toContain('usage')
  expect(chats(recorded)[0]?.attributes).toMatchObject(TOKENS)
  expect(chats(recorded)[0]?.attributes).not.toHaveProperty('hono.stream.outcome')
})

it('who reads a piece and walks away has left after five seconds', async () => {
  answer = () => events(STREAM)
  const recorded = await record(async () => {
    await (await ask()).body?.getReader().read()
  })
  expect(recorded.unfinished).toEqual([])
  expect(chats(recorded)[0]?.attributes).toMatchObject({
    'gen_ai.response.id': 'a',
    'hono.stream.outcome': 'cancel',
  })
  expect(chats(recorded)[0]?.durationMs).toBeLessThan(6500)
  expect(measured(recorded, 'operation.duration')).toHaveLength(1)
}, 10_000)

it('a text that comes after its request has ended is waited for', async () => {
  answer = () => events(STREAM, 600)
  const recorded = await record(async () => {
    const response = await ask()
    void response.text()
  })
  expect(chats(recorded)[0]?.attributes).toMatchObject(TOKENS)
})

it('refused readers do not end what goes on', async () => {
  answer = () => events(STREAM)
  const recorded = await record(async () => {
    const response = await ask()
    const reader = response.body?.getReader()
    await expect(response.text()).rejects.toThrow(TypeError)
    while (!(await reader?.read())?.done) {
      // Until its end.
    }
  })
  expect(chats(recorded)[0]).toMatchObject({ status: 'unset', attributes: TOKENS })
})

it('models that never answered are not in metrics, and of those that did 256', async () => {
  const recorded = await record(async () => {
    answer = () => Response.json({ error: { code: 'model_not_found' } }, { status: 404 })
    for (let i = 0; i < 2100; i++) {
      await (await ask(`invented-${i}`)).text()
    }
    answer = () => Response.json(WHOLE)
    for (let i = 0; i < 300; i++) {
      await (await ask(`real-${i}`)).text()
    }
    await (await ask('real-0')).text()
  })
  const models = measured(recorded, 'operation.duration').map(
    ({ attributes }) => attributes['gen_ai.request.model'],
  )
  const told = models.filter((model) => model !== undefined)
  expect(told.every((model) => String(model).startsWith('real-'))).toBe(true)
  // Others of this file are among the 256.
  expect(told.length).toBeGreaterThan(250)
  expect(told.length).toBeLessThanOrEqual(256)
  expect(models.length - told.length).toBe(2)
})

describe('what somebody else answers with', () => {
  class Own extends Response {
    override get body(): never {
      return 'mine' as never
    }
  }
  it.each<[string, () => unknown]>([
    ['nothing', () => undefined],
    ['null', () => null],
    ['a text', () => 'text'],
    ['an object without headers', () => ({ status: 200, json: () => WHOLE })],
    ['an object without a body', () => ({ status: 200, headers: new Headers(), json: () => WHOLE })],
    ['an object with a body', () => ({ status: 200, headers: new Headers(), body: 'BODY' })],
    ['a class with another body', () => new Own('x')],
    ['a refusal', () => ({ status: 404 })],
    ['a proxy', () => new Proxy(Response.json(WHOLE), {})],
    ['what throws', () => ({ get status(): never { throw new Error('no') } })],
  ])('%s is what the app gets, as it is', async (_, make) => {
    const given = make()
    const before =
      Object(given) === given ? Object.getOwnPropertyDescriptors(given as object) : undefined
    const recorded = await record(() => ask('m', modelFetch((async () => given) as never)))
    expect(recorded.result).toBe(given)
    if (before && !(given instanceof Response && !(given instanceof Own))) {
      expect(Object.getOwnPropertyDescriptors(given as object)).toEqual(before)
    }
    expect(recorded.unfinished).toEqual([])
    expect(chats(recorded)).toHaveLength(1)
  }) // biome-ignore format: one line each
})

it('a question within the one that sends it is the same', async () => {
  const recorded = await record(async () => {
    const send = modelFetch((...args) => fetch(...args))
    await (await ask('m', send)).json()
    await (await ask('m')).json()
  })
  expect(chats(recorded)).toHaveLength(2)
  expect(measured(recorded, 'token.usage').map(({ count }) => count)).toEqual([2, 2])
})

describe('within a span of the app’s own', () => {
  const within = (work: () => Promise<unknown>): Promise<unknown> =>
    trace
      .getTracer('app')
      .startActiveSpan('own', { attributes: { 'gen_ai.operation.name': 'chat' } }, async (span) => {
        await work()
        span.end()
      })

  it('the first of two questions is of that span, and the second has one', async () => {
    const recorded = await record(() =>
      within(() => Promise.all([ask('m'), ask('n')].map(async (each) => (await each).json()))),
    )
    const told = recorded.spans.filter(
      ({ attributes }) => 'gen_ai.usage.input_tokens' in attributes,
    )
    expect(told.map(({ name, parent }) => [name, parent])).toEqual([
      ['own', 'GET /'],
      ['chat n', 'own'],
    ])
  })

  it('a question that is asked once more after it was refused is of that span', async () => {
    answer = () => new Response(null, { status: 503 })
    const recorded = await record(() =>
      within(async () => {
        await ask()
        answer = () => Response.json(WHOLE)
        await (await ask()).json()
      }),
    )
    expect(chats(recorded)).toEqual([])
    expect(recorded.spans.find(({ name }) => name === 'own')?.attributes).toMatchObject(TOKENS)
  })
})

it('a body that is a getter is asked for once, by `fetch`', async () => {
  let asked = 0
  vi.stubGlobal('fetch', async (_: unknown, init: RequestInit) => {
    expect(init.body).toBe('{"model":"m"}')
    return Response.json(WHOLE)
  })
  const recorded = await record(async () => {
    const init = {
      method: 'POST',
      get body(): string {
        asked++
        return '{"model":"m"}'
      },
    }
    await (await fetch(URL_OF_CHAT, init)).json()
  })
  expect(asked).toBe(1)
  expect(chats(recorded)).toHaveLength(1)
})

it('an error in a stream of the Responses API is one', async () => {
  answer = () =>
    events([
      {
        type: 'response.created',
        response: { id: 'r', object: 'response', status: 'in_progress' },
      },
      { type: 'error', code: 'server_error', message: 'lost', param: null },
    ])
  const recorded = await record(async () => {
    const init = { method: 'POST', body: '{"model":"m","stream":true}' }
    await new Response((await fetch('https://api.openai.com/v1/responses', init)).body).text()
  })
  expect(chats(recorded)[0]).toMatchObject({
    status: 'error',
    attributes: { 'error.type': 'server_error' },
  })
})
