/** Sends requests to the shop, and notes what was asked and answered. */
export class Caller {
  readonly #baseUrl: string

  /** Every exchange, in words that are the same for every run: dates are gone, ids are numbered. */
  readonly exchanges: string[]

  constructor(baseUrl: string, exchanges: string[] = []) {
    this.#baseUrl = baseUrl
    this.exchanges = exchanges
  }

  /** `json` may be text, to send something else; `token` a whole header, such as `Basic …`. */
  async call(method: string, path: string, json?: unknown, token?: string) {
    const answer = await this.peek(method, path, json, token)
    const { status, text, response } = answer
    const headers = [...response.headers].filter(([name]) => !OWN_HEADERS.includes(name))
    const said = JSON.stringify({ method, path, json, status, headers, text })
    this.exchanges.push(neutral(said.replaceAll(this.#baseUrl, '')))
    return answer
  }

  /** The same, not noted: for what is asked until it happens. */
  async peek(method: string, path: string, json?: unknown, token?: string) {
    const response = await fetch(this.#baseUrl + path, {
      method,
      headers: {
        'content-type': 'application/json',
        ...(token === undefined
          ? {}
          : { authorization: token.includes(' ') ? token : `Bearer ${token}` }),
      },
      body: json === undefined ? null : typeof json === 'string' ? json : JSON.stringify(json),
    })
    const text = await response.text()
    const isJson = response.headers.get('content-type')?.startsWith('application/json')
    return { status: response.status, body: isJson ? JSON.parse(text) : text, text, response }
  }
}

/** The runtime's clock, and the id that telemetry is there to add. */
const OWN_HEADERS = ['date', 'x-request-id']

const UUID = /[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/g
const TOKEN = /eyJ[\w-]+\.[\w-]+\.[\w-]+/g
const SIGNED = /expires=\d+&signature=[\da-f]+/g
const TIME = /\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g

function neutral(text: string): string {
  const ids = [...new Set(text.match(UUID))]
  return text
    .replace(UUID, (id) => `id ${ids.indexOf(id)}`)
    .replace(TIME, 'a time')
    .replace(TOKEN, 'a token')
    .replace(SIGNED, 'signed')
}
