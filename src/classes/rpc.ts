import type { Attributes, Histogram } from '@opentelemetry/api'
import { KIND_SERVER } from '../base/otel-enums.ts'
import * as ATTR from '../base/semconv.ts'
import { errorType } from '../base/thrown.ts'
import { carriedContext, isCarried } from '../context/carried.ts'
import { warnOfUnopened } from '../handlers/unopened.ts'
import { run } from '../invocation/run.ts'
import { ownHistogram } from '../metrics/own.ts'
import type { Called } from './subclass.ts'

const duration: Pick<Histogram, 'record'> = /* @__PURE__ */ ownHistogram(
  'rpc.server.call.duration',
  'Duration of incoming RPC calls.',
)

/**
 * A method that is called over RPC, or a property that is read: a server span per the semantic conventions for
 * RPC.
 *
 * @param isOpen Whether it continues the trace that the last argument carries, which the method does not get to see.
 */
export const runRpc = (
  { invocation, className, method, args, call }: Called,
  isOpen: boolean | undefined,
): unknown => {
  const last = args.at(-1)
  const isSent = isCarried(last)
  const carried = isOpen && isSent ? last : undefined
  const name = `${className}/${method}`
  if (isSent && !isOpen) {
    warnOfUnopened(`RPC calls of ${className}`)
  }
  const common: Attributes = { 'rpc.system.name': 'jsrpc', 'rpc.method': name }
  return run(
    invocation,
    () => ({
      name,
      kind: KIND_SERVER,
      attributes: { ...common },
      parent: (context) => carriedContext(context, carried),
      ended(_span, error, hasFailed, durationMs) {
        duration.record(durationMs / 1000, {
          ...common,
          ...(hasFailed && { [ATTR.errorType]: errorType(error, '_OTHER') }),
        })
      },
    }),
    () => call(...(carried ? args.slice(0, -1) : args)),
  )
}
