import { ownHistogram } from '../../metrics/own.ts'
import { SECONDS } from '../../metrics/seconds.ts'
import type { Failure } from './failure.ts'
import { cutName } from './names.ts'
import type { Description } from './operation.ts'

const duration = /* @__PURE__ */ ownHistogram(
  'rpc.server.call.duration',
  'Duration of incoming remote procedure calls.',
  SECONDS,
)

const METHOD = 'rpc.method'

/**
 * A call of a procedure that the server has, or else of one that it has not: then its name is the caller's, and is
 * nowhere but in an attribute of the span. Semantic conventions, "RPC spans" and "RPC metrics".
 */
export const describeProcedure = (
  system: string,
  method: string | undefined,
  type: string | undefined,
  judge: (error: unknown) => Failure,
  original?: string,
): Description => {
  const dimensions = { 'rpc.system.name': system, [METHOD]: method ?? '_OTHER' }
  return {
    name: method ?? system,
    attributes: {
      ...dimensions,
      'hono.rpc.type': type,
      'rpc.method_original': method === undefined ? cutName(original) : undefined,
    },
    dimensions,
    record: (seconds, attributes) => duration.record(seconds, attributes),
    codeKey: 'rpc.response.status_code',
    judge,
  }
}
