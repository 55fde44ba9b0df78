import { runtimeName } from '../runtimes/resource.ts'
import { hidden, isBunValue } from './js-stream.ts'

/**
 * The same response with headers of its own, which is sent as the first would be. Throws for one whose body was read.
 */
export const copyResponse = (response: Response): Response => {
  const runtime = runtimeName()
  if (runtime === 'bun') {
    // Bun derives type and length from what the body was made of, which a stream made of it no longer tells. A
    // response that was made of a stream can be sent only once, so that nobody keeps it.
    return isBunValue(response) ? response.clone() : response
  }
  const cache = runtime === 'node' ? hidden(response, 'cache') : undefined
  // @hono/node-server sends what is in its cache, unless somebody asks for the `body`.
  return new Response(Array.isArray(cache) ? cache[1] : response.body, response)
}
