import { parse } from './json.ts'

/** Characters of one event that are kept until its end has come: the last of a long answer may hold all of it. */
const MAX_EVENT = 1_048_576

/** What tells more than another piece of the answer. Quotes within a text are escaped, and do not look so. */
const TELLING =
  /"(?:usage|usageMetadata|finish_reason|finishReason|stop_reason|error)"\s{0,8}:\s{0,8}[{"]|"type"\s{0,8}:\s{0,8}"error"/

const LINE_END = /\r\n|\n|\r/

/**
 * Reads a stream of events as it flows by. WHATWG HTML, "Server-sent events"; models send each event's data in one line.
 *
 * @param needs Whether an event is read whatever it holds.
 * @param told Is told of each that is read.
 */
export class EventReader {
  readonly #decoder = new TextDecoder()
  readonly #needs: () => boolean
  readonly #told: (event: unknown) => void
  #rest = ''
  #isTooLong = false

  constructor(needs: () => boolean, told: (event: unknown) => void) {
    this.#needs = needs
    this.#told = told
  }

  bytes(chunk: Uint8Array): void {
    this.text(this.#decoder.decode(chunk, { stream: true }))
  }

  text(text: string): void {
    const lines = text.split(LINE_END)
    const last = lines.pop() as string
    for (const line of lines) {
      this.#line(this.#rest + line)
      this.#rest = ''
      this.#isTooLong = false
    }
    this.#isTooLong ||= this.#rest.length + last.length > MAX_EVENT
    this.#rest = this.#isTooLong ? '' : this.#rest + last
  }

  end(): void {
    this.text(`${this.#decoder.decode()}\n`)
  }

  #line(line: string): void {
    if (!this.#isTooLong && line.startsWith('data:') && (this.#needs() || TELLING.test(line))) {
      const event = parse(line.slice(5))
      if (event !== undefined) {
        this.#told(event)
      }
    }
  }
}
