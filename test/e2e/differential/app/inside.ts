import type { Env } from '../routes/group.ts'

type Ask = () => Promise<Response>

const tried = async (run: () => unknown): Promise<string> => {
  try {
    return String(await run())
  } catch (error) {
    return `throws ${error instanceof Error ? `${error.name}: ${error.message}` : typeof error}`
  }
}

const describeResponse = async (response: unknown): Promise<string> => {
  if (!(response instanceof Response)) {
    return `no Response: ${typeof response}`
  }
  const { status, statusText, headers, ok, bodyUsed, body } = response
  const shown = [...headers].filter(([name]) => name !== 'date')
  const kind = body && { locked: body.locked, constructor: body.constructor.name }
  return JSON.stringify({ status, statusText, ok, bodyUsed, body: kind, headers: shown })
}

/** The lengths of the chunks, and what all of them add up to. */
const chunksOf = async (response: Response): Promise<string> => {
  const lengths: number[] = []
  let sum = 0
  const reader = response.body?.getReader()
  for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
    lengths.push(part.value.byteLength)
    for (const byte of part.value) {
      sum = (sum * 31 + byte) % 1_000_003
    }
  }
  return `${lengths.join(' ')} (${sum})`
}

/** Whether the runtime made the body, or at least can read it as it reads its own. */
const readsIntoBuffers = ({ body }: Response): string => {
  try {
    body?.getReader({ mode: 'byob' }).releaseLock()
    return 'yes'
  } catch {
    return 'no'
  }
}

/** What a caller within the server sees of a response, and can do with it. Each is tried on a response of its own. */
export const callInside = async (ask: Ask, { BUCKET }: Env, key: string): Promise<Response> => {
  const seen: string[] = []
  const note = async (what: string, use: (response: Response) => unknown): Promise<void> => {
    seen.push(`${what}: ${await tried(async () => use(await ask()))}`)
  }
  await note('response', describeResponse)
  await note('read', chunksOf)
  await note('reads into buffers', readsIntoBuffers)
  await note('clone', async (response) => {
    const { byteLength } = await response.clone().arrayBuffer()
    return `${byteLength} and ${(await response.arrayBuffer()).byteLength} bytes`
  })
  if (BUCKET) {
    await note('R2.put', async ({ ok, body }) => ok && body && (await BUCKET.put(key, body)).size)
  }
  return new Response(seen.join('\n'))
}
