import type { Env } from './cases.ts'

interface Receiver {
  received(...args: unknown[]): Promise<unknown[]>
  /** What JSON can show of its arguments. */
  shown(...args: unknown[]): Promise<unknown>
  chain(): { received(...args: unknown[]): Promise<unknown[]> } & Promise<{
    received(...args: unknown[]): Promise<unknown[]>
  }>
}

const roomOf = ({ ROOM }: Env): Receiver => ROOM.getByName('carried') as unknown as Receiver

const finished = async (instance: WorkflowInstance): Promise<unknown> => {
  for (;;) {
    const { status, output } = await instance.status()
    if (status === 'complete') {
      return output
    }
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

type Case = (env: Env) => unknown

/** Run on an environment that sends the context along: what arrives at the other end. */
export const CARRIED: Readonly<Record<string, Case>> = {
  rpc: async (env) => [
    await roomOf(env).shown(),
    await roomOf(env).shown('a', { b: 1 }),
    await (env.SERVICE as unknown as Receiver).shown('c'),
  ],
  notTheirs: async (env) => {
    const returned = await roomOf(env).chain()
    return [await roomOf(env).chain().received('pipelined'), await returned.received('returned')]
  },
  workflow: async ({ FLOW }) => {
    const options = { params: { order: 7 } }
    const output = await finished(await FLOW.create(options))
    return { output, without: await finished(await FLOW.create()), options }
  },
  workflowBatch: async ({ FLOW }) => {
    const batch = [{ params: { order: 8 } }, { params: 'b' }]
    const instances = await FLOW.createBatch(batch)
    return { outputs: await Promise.all(instances.map(finished)), batch }
  },
  queue: async ({ CARRIED: queue }) => {
    const body = { order: 7 }
    const batch = [
      { body: { json: [null] } },
      { body: 'json' },
      { body: 'text', contentType: 'text' as const },
      { body: new Uint8Array([1, 2]), contentType: 'bytes' as const },
    ]
    await queue.send(body)
    await queue.send('plain', { contentType: 'text' })
    await queue.sendBatch(batch)
    await queue.sendBatch([
      { body: new Map([['v8', 1]]), contentType: 'v8' },
      // How large the whole is cannot be known.
      { body: { own: true } },
    ])
    await queue.sendBatch(
      (function* () {
        yield { body: { generated: true }, delaySeconds: 0 }
      })(),
    )
    return { body, batch: batch.map(Object.keys) }
  },
  queueRefuses: async ({ CARRIED: queue }) => {
    const refusals: unknown[] = []
    for (const message of [undefined, { body: 'a', contentType: 'json' }, 7]) {
      try {
        await queue.sendBatch(message as never)
      } catch (error) {
        refusals.push((error as Error).message)
      }
    }
    await queue.send(() => {}).catch((error: Error) => refusals.push(error.message))
    return refusals
  },
}
