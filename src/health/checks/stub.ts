import type { CheckFinding, CheckOptions } from '../check.ts'
import { judgeResponse } from './response.ts'

/** How another Worker or a Durable Object is asked. */
export interface StubCheckOptions extends CheckOptions {
  /** Path that is fetched. Default `/`. */
  path?: string
  /** Status that the answer must have. Default: any from 200 to 299. */
  status?: number
  /** Name of an RPC method without arguments that is called instead of `fetch`. It must not throw. */
  rpc?: string
}

export interface Stub {
  fetch(url: string, init: { signal: AbortSignal }): Promise<Response>
}

export const askStub = async (
  stub: Stub,
  { path = '/', rpc, status }: StubCheckOptions,
  signal: AbortSignal,
): Promise<CheckFinding | undefined> => {
  if (rpc === undefined) {
    return judgeResponse(await stub.fetch(`https://health${path}`, { signal }), status)
  }
  const methods = stub as unknown as Record<string, unknown>
  await (methods[rpc] as () => Promise<unknown>)()
  return undefined
}
