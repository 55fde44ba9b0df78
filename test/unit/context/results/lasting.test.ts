import { trace } from '@opentelemetry/api'
import { Hono } from 'hono'
import { type ObservabilityOptions, observability, withSpan } from 'hono-observability'
import { afterEach, expect, it, vi } from 'vitest'
import { type Recorded, recorded, type Seen } from '../../classes/run-class.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

const inRequest = async (
  run: () => unknown,
  { options, seen }: Recorded = recorded(),
): Promise<Seen[]> => {
  const app = new Hono()
  let error: unknown
  app.use(observability(options as ObservabilityOptions))
  app.get('/', async (c) => {
    try {
      const answer = await run()
      return answer instanceof Response ? answer : c.text('ok')
    } catch (thrown) {
      error = thrown
      return c.text('failed')
    }
  })
  await (await app.request('/')).text()
  if (error !== undefined) {
    throw error
  }
  return seen()
}

const step = (name: string): void => withSpan(name, () => {})

/** Names in the order in which spans ended, with the name of their parent. */
const treeOf = (spans: Seen[]): string[] =>
  spans.map(
    ({ name, parentId }) => `${name} < ${spans.find(({ spanId }) => spanId === parentId)?.name}`,
  )

it('a span around a generator lasts until it is finished, and is the parent of its steps', async () => {
  const spans = await inRequest(() => {
    const steps = withSpan('work', function* () {
      step('one')
      yield 1
      step('two')
      yield 2
    })
    for (const value of steps) {
      step(`outside ${value}`)
    }
    step('after')
  })
  expect(treeOf(spans)).toEqual([
    'one < work',
    'outside 1 < GET /',
    'two < work',
    'outside 2 < GET /',
    'work < GET /',
    'after < GET /',
    'GET / < undefined',
  ])
})

it('a span around an async generator lasts until it is finished, and is the parent of its steps', async () => {
  const spans = await inRequest(async () => {
    const steps = withSpan('work', async function* () {
      await undefined
      step('one')
      yield 1
      await undefined
      step('two')
    })
    for await (const value of steps) {
      step(`outside ${value}`)
    }
    step('after')
  })
  expect(treeOf(spans)).toEqual([
    'one < work',
    'outside 1 < GET /',
    'two < work',
    'work < GET /',
    'after < GET /',
    'GET / < undefined',
  ])
})

it.each([
  ['left early', 'return', false],
  ['thrown into', 'throw', true],
] as const)('a span around a generator that is %s ends there', async (_how, method, fails) => {
  for (const kind of ['sync', 'async']) {
    const spans = await inRequest(async () => {
      const steps =
        kind === 'sync'
          ? withSpan('work', function* () {
              yield 1
              yield 2
            })
          : withSpan('work', async function* () {
              yield 1
              yield 2
            })
      await steps.next()
      step('between')
      try {
        await steps[method](new RangeError('stop') as never)
      } catch {
        step('caught')
      }
      step('after')
    })
    expect(treeOf(spans)).toEqual([
      'between < GET /',
      'work < GET /',
      ...(fails ? ['caught < GET /'] : []),
      'after < GET /',
      'GET / < undefined',
    ])
  }
})

it('a query runs once, when it is awaited, and its span lasts from the call to its answer', async () => {
  let runs = 0
  const spans = await inRequest(async () => {
    const query = withSpan('query', () => ({
      // biome-ignore lint/suspicious/noThenProperty: as query builders have it
      then(resolve: (value: number) => void) {
        runs++
        step('execute')
        resolve(42)
      },
    }))
    step('between')
    expect(runs).toBe(0)
    expect(await query).toBe(42)
    expect(runs).toBe(1)
    step('after')
  })
  expect(treeOf(spans)).toEqual([
    'between < GET /',
    'execute < query',
    'query < GET /',
    'after < GET /',
    'GET / < undefined',
  ])
})

it('what goes on in a handler of a thenable has the span of whoever asked', async () => {
  const spans = await inRequest(() => {
    const query = withSpan('query', () => ({
      // biome-ignore lint/suspicious/noThenProperty: as query builders have it
      then: (resolve: (value: number) => void) => resolve(42),
    }))
    query.then(() => step('handler'))
  })
  expect(treeOf(spans)).toContain('handler < GET /')
})

it('what nobody begins ends with the request, and is not marked as incomplete', async () => {
  const record = recorded()
  const spans = await inRequest(() => {
    withSpan('never asked', () => ({
      // biome-ignore lint/suspicious/noThenProperty: as query builders have it
      then: () => {
        throw new Error('ran')
      },
    }))
    withSpan('never begun', function* () {
      yield 1
    })
    withSpan('never read', () => new ReadableStream({ start: (c) => c.close() }))
  }, record)
  expect(treeOf(spans)).toEqual([
    'never asked < GET /',
    'never begun < GET /',
    'never read < GET /',
    'GET / < undefined',
  ])
})

const streamOf = (...parts: string[]): ReadableStream =>
  new ReadableStream(
    {
      pull(controller) {
        const part = parts.shift()
        if (part === undefined) {
          controller.close()
        } else {
          step(part)
          controller.enqueue(new TextEncoder().encode(part))
        }
      },
    },
    { highWaterMark: 0 },
  )

const readers: Record<string, (stream: ReadableStream) => unknown> = {
  'a reader': async (stream) => {
    const reader = stream.getReader()
    while (!(await reader.read()).done) {}
  },
  'a loop': async (stream) => {
    for await (const _ of stream) {
    }
  },
  'a pipe': (stream) => stream.pipeTo(new WritableStream()),
  'a transformation': (stream) => new Response(stream.pipeThrough(new TransformStream())).text(),
  'both branches': (stream) =>
    Promise.all(stream.tee().map((branch) => new Response(branch).text())),
  'a reader that cancels': async (stream) => {
    const reader = stream.getReader()
    await reader.read()
    await reader.read()
    await reader.cancel()
  },
}

it.each(Object.keys(readers))(
  'a span around a stream that %s reads lasts until its end',
  async (name) => {
    const spans = await inRequest(async () => {
      const stream = withSpan('stream', () => streamOf('one', 'two'))
      step('between')
      await readers[name]?.(stream)
      await undefined
      step('after')
    })
    const names = spans.map((span) => span.name)
    expect(names.slice(0, 3)).toEqual(['between', 'one', 'two'])
    expect(names.indexOf('stream')).toBeGreaterThan(names.indexOf('two'))
    expect(names.indexOf('stream')).toBeLessThan(names.indexOf('GET /'))
  },
)

it('steps of a stream that is read in a loop have its span as their parent', async () => {
  const spans = await inRequest(async () => {
    for await (const _ of withSpan('stream', () => streamOf('one', 'two'))) {
      step('outside')
    }
  })
  const tree = treeOf(spans)
  expect(tree).toContain('one < stream')
  expect(tree).toContain('two < stream')
  expect(tree).toContain('outside < GET /')
})

it('a span around a promise of a stream lasts until the end of the stream', async () => {
  const spans = await inRequest(async () => {
    const stream = await withSpan('stream', async () => streamOf('one'))
    step('between')
    await readers['a reader']?.(stream)
    step('after')
  })
  expect(spans.map((span) => span.name)).toEqual(['between', 'one', 'stream', 'after', 'GET /'])
})

it('a span around a response that streams lasts until its body has been read', async () => {
  for (const read of [
    (response: Response) => response.text(),
    (response: Response) => readers['a reader']?.(response.body as ReadableStream),
  ]) {
    const spans = await inRequest(async () => {
      const response = withSpan('page', () => new Response(streamOf('one')))
      step('between')
      await read(response)
      await undefined
      step('after')
    })
    expect(spans.map((span) => span.name)).toEqual(['between', 'one', 'page', 'after', 'GET /'])
  }
})

it('a span around a response that is all there ends at once', async () => {
  const spans = await inRequest(async () => {
    const response = withSpan('page', () => Response.json({ a: 1 }))
    step('after')
    await response.text()
  })
  expect(spans.map((span) => span.name)).toEqual(['page', 'after', 'GET /'])
})

it('a response that streams to the client ends its span no later than the request', async () => {
  const spans = await inRequest(() => withSpan('page', () => new Response(streamOf('one', 'two'))))
  const names = spans.map((span) => span.name)
  expect(names.indexOf('page')).toBeGreaterThan(names.indexOf('two'))
  expect(names.at(-1)).toBe('GET /')
  expect(trace.getActiveSpan()).toBeUndefined()
})
