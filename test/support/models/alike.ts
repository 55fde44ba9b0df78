/* Compares a response that is observed with one that is not. Runs on every runtime: no test framework. */

const text = new TextEncoder()

const EVENTS = [
  'data: {"id":"a","choices":[{"delta":{"content":"hi"}}]}\n\n',
  'data: {"id":"a","choices":[],"usage":{"prompt_tokens":5,"completion_tokens":7}}\n\n',
]

const streamOf = (pieces: readonly string[], type: 'bytes' | undefined): ReadableStream => {
  const left = pieces.map((piece) => text.encode(piece))
  const source = {
    type,
    pull(controller: ReadableByteStreamController): void {
      const piece = left.shift()
      if (piece) {
        controller.enqueue(piece)
      } else {
        controller.close()
        controller.byobRequest?.respond(0)
      }
    },
  }
  return new ReadableStream(source as never, { highWaterMark: 0 })
}

const eventsOf = (type: 'bytes' | undefined) => (): Response =>
  new Response(streamOf(EVENTS, type), { headers: { 'content-type': 'text/event-stream' } })

type Make = () => Response | Promise<Response>

const KINDS: Readonly<Record<string, Make>> = {
  events: eventsOf(undefined),
  'events in bytes': eventsOf('bytes'),
  JSON: () => Response.json({ id: 'a', usage: { prompt_tokens: 5, completion_tokens: 7 } }),
  nothing: () => new Response(null, { headers: { 'content-type': 'text/event-stream' } }),
}

/** What an app has in its hands. */
interface Hands {
  response: Response
  copy?: Response
  body?: ReadableStream | null
  reader?: ReadableStreamDefaultReader<Uint8Array>
}

const size = async (stream: ReadableStream<Uint8Array>): Promise<number> => {
  let bytes = 0
  const reader = stream.getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) {
      return bytes
    }
    bytes += value.length
  }
}

/** What an app may do with an answer, in any order. */
const STEPS: Readonly<Record<string, (hands: Hands) => unknown>> = {
  'response.body': (hands) => {
    hands.body = hands.response.body
    return hands.body === hands.response.body
  },
  'body.getReader()': (hands) => {
    const reader = hands.body?.getReader()
    hands.reader = reader as never
    return reader !== undefined
  },
  'reader.read()': async ({ reader }) => (await reader?.read())?.value?.length,
  'reader.releaseLock()': ({ reader }) => reader?.releaseLock(),
  'response.clone()': (hands) => {
    hands.copy = hands.response.clone()
  },
  'copy.text()': async ({ copy }) => (await copy?.text())?.length,
  'copy.body': async ({ copy }) => copy?.body && (await size(copy.body)),
  'response.text()': async ({ response }) => (await response.text()).length,
  'read response.body': async ({ response }) => response.body && (await size(response.body)),
  'body.tee()': async ({ body }) => body && Promise.all(body.tee().map(size)),
  'new Response(body)': async ({ body }) => body && (await new Response(body).text()).length,
  'body.cancel()': async ({ body }) => await body?.cancel(),
}

/** What can wait for ever: the one half of a stream, for whoever has the other. */
const WAITS = Symbol('waits').toString()

const resultOf = async (step: () => unknown, waitMs: number): Promise<unknown> => {
  let timer: ReturnType<typeof setTimeout> | undefined
  try {
    return await Promise.race([
      step(),
      new Promise((resolve) => {
        timer = setTimeout(resolve, waitMs, WAITS)
      }),
    ])
  } catch (error) {
    return (error as Error).name
  } finally {
    clearTimeout(timer)
  }
}

const outcomeOf = async (make: Make, steps: readonly string[], waitMs: number): Promise<string> => {
  const hands: Hands = { response: await make() }
  const told: unknown[] = []
  // Last, whatever there still is to be read.
  for (const name of [...steps, 'read response.body']) {
    const result = await resultOf(() => STEPS[name]?.(hands), waitMs)
    told.push([name, result, hands.response.bodyUsed, hands.body?.locked, hands.copy?.bodyUsed])
  }
  return JSON.stringify(told)
}

/**
 * Takes every sequence of so many steps.
 *
 * @returns Those of which the outcome is another where the response is observed.
 */
export const differences = async (
  observe: (response: Response) => void,
  length: number,
  more: Readonly<Record<string, Make>> = {},
): Promise<string[]> => {
  const kinds = { ...KINDS, ...more }
  const found: string[] = []
  let count = 0
  for (const [kind, make] of Object.entries(kinds)) {
    // What comes over a network takes its time.
    const waitMs = kind in more ? 1000 : 25
    const observed = async (): Promise<Response> => {
      const response = await make()
      observe(response)
      return response
    }
    for (const steps of sequences(length)) {
      count++
      const [plain, ours] = [
        await outcomeOf(make, steps, waitMs),
        await outcomeOf(observed, steps, waitMs),
      ]
      if (plain !== ours) {
        found.push(`${kind}: plain ${plain}, observed ${ours}`)
      }
    }
  }
  if (count !== Object.keys(kinds).length * Object.keys(STEPS).length ** length) {
    found.push(`only ${count} sequences`)
  }
  return found
}

const sequences = (length: number): string[][] =>
  length === 0
    ? [[]]
    : sequences(length - 1).flatMap((steps) => Object.keys(STEPS).map((step) => [...steps, step]))
