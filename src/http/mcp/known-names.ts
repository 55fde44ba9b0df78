import { listOf, nameOf, objectOf } from '../genai/json.ts'

/** Names of tools, and of prompts, that are remembered of one server. */
const MAX_NAMES = 1000

export type Kind = 'tools' | 'prompts'

/** The names that a server has itself told, so that spans and metrics have no others. */
export class KnownNames {
  readonly #peer: object
  readonly #names: Readonly<Record<Kind, Set<string>>>

  constructor(peer: object, tools: readonly string[] = []) {
    this.#peer = peer
    this.#names = { tools: new Set(tools.slice(0, MAX_NAMES)), prompts: new Set() }
  }

  has(kind: Kind, name: string): boolean {
    return this.#names[kind].has(name) || Object.hasOwn(this.#registered(kind), name)
  }

  /** A server has answered as one that has it. */
  add(kind: Kind, name: string): void {
    const names = this.#names[kind]
    if (names.size < MAX_NAMES) {
      names.add(name)
    }
  }

  /** A server has told its list. */
  listed(kind: Kind, result: unknown): void {
    for (const each of listOf(objectOf(result)[kind])) {
      const name = nameOf(objectOf(each).name)
      if (name) {
        this.add(kind, name)
      }
    }
  }

  /** What `McpServer` keeps what is registered in. */
  #registered(kind: Kind): object {
    const { _registeredTools: tools, _registeredPrompts: prompts } = objectOf(this.#peer)
    return objectOf(kind === 'tools' ? tools : prompts)
  }
}
