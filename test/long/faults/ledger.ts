import type { Attributes, DecodedMetric } from '../../support/otlp-decoder.ts'
import type { Sink, SinkRequest } from '../../support/otlp-sink.ts'
import { decodeBody } from '../../support/sink-request.ts'
import type { ScriptedAnswer } from './scenario.ts'

/** What a receiver has, by its own account. */
export interface Ledger {
  /** Paths of the requests whose spans it keeps, as often as it does. */
  spans: string[]
  /** Paths of the requests whose log records it keeps, as often as it does. */
  logs: string[]
  /** Requests that the metrics it keeps have counted. */
  counted: number
  /** Requests that metrics have counted which came and were not kept, each collection once. */
  countedInVain: number
}

/** Keeps count of what a sink does with requests. */
export class Receiver {
  /** What it does from now on. */
  respond: (request: SinkRequest, index: number) => ScriptedAnswer = () => ({})
  readonly #sink: Sink
  readonly #answers = new Map<SinkRequest, ScriptedAnswer>()

  constructor(sink: Sink) {
    this.#sink = sink
    sink.respond = (request, index) => {
      const answer = this.respond(request, index)
      this.#answers.set(request, answer)
      return answer
    }
  }

  /** Decodes all that has come. Throws `OtlpError` for what is not strict OTLP. */
  read(): Ledger {
    const ledger: Ledger = { spans: [], logs: [], counted: 0, countedInVain: 0 }
    const kept = new Set<string>()
    const vain = new Map<string, number>()
    for (const request of this.#sink.requests) {
      const answer = this.#answers.get(request) ?? {}
      const { signal } = request
      if (signal === 'metrics') {
        const count = countOf(decodeBody(signal, request, {}))
        const id = request.rawBody.toString('base64')
        if (keeps(answer)) {
          kept.add(id)
          // As often as it comes: nothing tells a receiver that it has a delta already.
          ledger.counted += count
        } else {
          vain.set(id, count)
        }
      } else if (keeps(answer)) {
        const from = answer.rejects ?? 0
        if (signal === 'traces') {
          for (const { attributes } of decodeBody(signal, request, {}).slice(from)) {
            ledger.spans.push(String(attributes['url.path']))
          }
        } else if (signal === 'logs') {
          for (const { attributes } of decodeBody(signal, request, {}).slice(from)) {
            ledger.logs.push(pathOfRecord(attributes))
          }
        }
      }
    }
    for (const [id, count] of vain) {
      if (!kept.has(id)) ledger.countedInVain += count
    }
    return ledger
  }
}

function keeps({ status = 200, never, reset, keeps }: ScriptedAnswer): boolean {
  const isAnswered = status >= 200 && status < 300 && !never && reset !== 'before headers'
  return keeps ?? isAnswered
}

/** One record for each order that is read, and one for each error. */
function pathOfRecord(attributes: Attributes): string {
  const number = String(attributes['exception.message']).replace('no order ', '')
  return 'order.id' in attributes ? `/orders/${attributes['order.id']}` : `/boom/${number}`
}

function countOf(metrics: readonly DecodedMetric[]): number {
  return metrics
    .filter(({ name }) => name === 'http.server.request.duration')
    .flatMap(({ points }) => points)
    .reduce((sum, { count = 0 }) => sum + count, 0)
}
