import type { Attributes } from '@opentelemetry/api'
import * as ATTR from '../../base/semconv.ts'
import type { SignalName } from '../../base/signal.ts'
import { warnOnce } from '../../base/warn.ts'
import { runWithContext } from '../../context/async-context.ts'
import { ROOT } from '../../context/context.ts'
import { suppressTracing } from '../../context/suppress.ts'
import { nativeFetch } from '../../runtimes/global-fetch.ts'
import type { Exporter } from '../exporter.ts'
import type { Answer } from '../outcome.ts'
import { adviceOn } from './advice.ts'
import { createBodyLimit } from './body-limit.ts'
import type { Body, OtlpEncoding } from './otlp-encoding.ts'
import type { SealedPayload } from './payload.ts'
import { post } from './post.ts'
import type { OtlpFetch, SignalDestination } from './signal-destination.ts'

/** What is particular to a signal. */
export interface OtlpSignal<T> {
  readonly name: SignalName
  readonly encode: (encoding: OtlpEncoding, records: readonly T[], resource: Attributes) => Body
  /** How many of what is counted one record stands for. */
  readonly countOf: (record: T) => number
}

/** A compressed body is a fifth of it or less, as a rule; where it is not, it is sent in parts. */
const COMPRESSED = 4

/** It has an answer to everything. */
export interface OtlpExporter<T = never> extends Exporter<T, SealedPayload> {
  export(payload: SealedPayload, env: unknown): Promise<Answer>
}

/** As `otel.component.type` names what is exported: points are counted, but it is metrics that are exported. */
const NOUN: Readonly<Record<SignalName, string>> = {
  traces: 'span',
  metrics: 'metric',
  logs: 'log',
}

/** Sends one signal by OTLP/HTTP, and says once what went wrong. */
export const createOtlpExporter = <T>(
  { name, encode, countOf }: OtlpSignal<T>,
  destination: SignalDestination,
  fetch: OtlpFetch | undefined,
  maxBatchBytes?: number,
): OtlpExporter<T> => {
  const { encoding, timeoutMs, compression } = destination
  const limit = createBodyLimit(maxBatchBytes)
  const { host, hostname, origin, port, protocol } = new URL(destination.url)
  return {
    receiver: host,
    timeoutMs,
    get maxBatchBytes() {
      return limit.bytes * (compression === 'gzip' ? COMPRESSED : 1)
    },
    attributes: {
      'otel.component.type': `otlp_http_${encoding.name === 'http/json' ? 'json_' : ''}${NOUN[name]}_exporter`,
      [ATTR.serverAddress]: hostname,
      [ATTR.serverPort]: Number(port) || (protocol === 'https:' ? 443 : 80),
    },
    seal(records, resource) {
      const body = encode(encoding, records, resource)
      const { length: bytes } = body
      const count = records.reduce((sum, record) => sum + countOf(record), 0)
      return { body, bytes, contentType: encoding.contentType, count }
    },
    async export(payload, env) {
      const send = fetch ?? nativeFetch()
      // Not in the request's context: other tracers that patch `fetch` would make spans of our requests.
      const answer = await runWithContext(suppressTracing(ROOT), () =>
        post(destination, payload, (url, init) => send(url, init, env), limit, payload.count <= 1),
      )
      if (answer.kind === 'refused' && answer.parts) {
        return answer
      }
      if (answer.kind !== 'accepted') {
        warnOnce(
          `${name} not delivered to ${origin}: ${answer.reason}.${adviceOn(answer.reason, destination)}`,
        )
      } else if (answer.message) {
        warnOnce(`the receiver of ${name} says: ${answer.message}`)
      }
      return answer
    },
  }
}
