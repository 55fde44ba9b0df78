import { listOf, nameOf, objectOf } from '../genai/json.ts'

/** Names of tools, and of prompts, that an isolate remembers once for its servers and once for its clients. */
const MAX_NAMES = 1000

export type Kind = 'tools' | 'prompts'

const noNames = (): Readonly<Record<Kind, Set<string>>> => ({
  tools: new Set(),
  prompts: new Set(),
})

/**
 * Of the whole isolate: many apps make a server of each request, and none of these would know what another one has
 * listed, nor would a bound of each be one. The app's own servers and those of others do not fill the same.
 */
const listedBy = /* @__PURE__ */ { servers: noNames(), clients: noNames() }

/**
 * The names that a server has itself told, so that spans and metrics have no others. Of a server that is observed, that
 * one was called with success tells nothing: its clients choose them, and there are servers that answer any.
 */
export class KnownNames {
  readonly #peer: object
  readonly #given: ReadonlySet<string>

  constructor(peer: object, tools: readonly string[] = []) {
    this.#peer = peer
    this.#given = new Set(tools.slice(0, MAX_NAMES))
  }

  has(kind: Kind, name: string, isReceived: boolean): boolean {
    return (
      (kind === 'tools' && this.#given.has(name)) ||
      namesOf(isReceived)[kind].has(name) ||
      Object.hasOwn(this.#registered(kind), name)
    )
  }

  /** A client of the app's has called it, and was answered. */
  called(kind: Kind, name: string): void {
    add(listedBy.clients[kind], name)
  }

  /** A server has told its list. */
  listed(kind: Kind, result: unknown, isReceived: boolean): void {
    for (const each of listOf(objectOf(result)[kind])) {
      add(namesOf(isReceived)[kind], nameOf(objectOf(each).name))
    }
  }

  /** What `McpServer` keeps what is registered in. */
  #registered(kind: Kind): object {
    const { _registeredTools: tools, _registeredPrompts: prompts } = objectOf(this.#peer)
    return objectOf(kind === 'tools' ? tools : prompts)
  }
}

const add = (names: Set<string>, name: string | undefined): void => {
  if (name && names.size < MAX_NAMES) {
    names.add(name)
  }
}

/** Who receives calls is the server. */
const namesOf = (isReceived: boolean): Readonly<Record<Kind, Set<string>>> =>
  isReceived ? listedBy.servers : listedBy.clients
