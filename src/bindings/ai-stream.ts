import { countOf } from '../http/genai/json.ts'
import { ObservedStream } from '../http/genai/observed-stream.ts'

/** Told of a stream that is read by somebody else. */
export interface StreamObserver {
  chunk(): void
  /** Called once, with the usage that the last events told, if any did. */
  end(usage: Usage | undefined, outcome?: 'cancel'): void
  fail(error: unknown): void
}

/** Tokens, by the names of one API or another. */
export interface Usage {
  prompt_tokens?: number | undefined
  completion_tokens?: number | undefined
  input_tokens?: number | undefined
  output_tokens?: number | undefined
}

/** Input and output tokens, where they are told. */
export const readUsage = (usage: unknown): [number | undefined, number | undefined] => {
  const { prompt_tokens, completion_tokens, input_tokens, output_tokens } = (usage ?? {}) as Usage
  return [countOf(prompt_tokens ?? input_tokens), countOf(completion_tokens ?? output_tokens)]
}

/** Usage comes with the last event, before `data: [DONE]`. */
const TAIL_BYTES = 2048

/** The same stream, chunk for chunk and no faster, whose end is told. */
export const observeStream = (
  stream: ReadableStream<Uint8Array>,
  observer: StreamObserver,
): ReadableStream<Uint8Array> => {
  const tail = new Tail()
  const observed = new ObservedStream(stream, {
    chunk(value) {
      observer.chunk()
      tail.add(value)
    },
    end: (outcome) => observer.end(tail.usage(), outcome),
    fail: observer.fail,
  })
  // Nobody else is to read it meanwhile.
  observed.reader()
  return observed.stream
}

class Tail {
  readonly #chunks: Uint8Array[] = []
  #bytes = 0

  add(chunk: unknown): void {
    if (chunk instanceof Uint8Array) {
      this.#chunks.push(chunk.slice(-TAIL_BYTES))
      this.#bytes += Math.min(chunk.length, TAIL_BYTES)
      while (this.#bytes - (this.#chunks[0]?.length ?? 0) >= TAIL_BYTES) {
        this.#bytes -= this.#chunks.shift()?.length ?? 0
      }
    }
  }

  /** Looks for numbers only: what is quoted in an answer has its quotes escaped. */
  usage(): Usage | undefined {
    const decoder = new TextDecoder()
    const text = this.#chunks.map((chunk) => decoder.decode(chunk, { stream: true })).join('')
    const last = (names: string): number | undefined => {
      const found = [...text.matchAll(new RegExp(`"(?:${names})"\\s*:\\s*(\\d+)`, 'g'))].at(-1)
      return found && Number(found[1])
    }
    return {
      prompt_tokens: last('prompt_tokens|input_tokens'),
      completion_tokens: last('completion_tokens|output_tokens'),
    }
  }
}
