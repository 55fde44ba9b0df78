import { redactStart } from '../../base/own-lines.ts'
import { type Json, listOf, nameOf, objectOf } from './json.ts'

/** Characters of all texts of one attribute. As JSON they are more, and a span's attribute takes 16384. */
const MAX_CONTENT = 8192

/** Messages, and parts of messages, that are told of one question: those without a text take no characters. */
const MAX_MESSAGES = 256

interface Part {
  readonly type: string
  readonly content?: string
  readonly name?: string | undefined
}

/** Takes texts as long as there is room, without their secrets. */
class Room {
  #left = MAX_CONTENT
  #entries = MAX_MESSAGES

  take(text: string): string {
    const taken = redactStart(text, this.#left)
    this.#left = Math.max(0, this.#left - taken.length)
    return taken
  }

  /** Of a list, as many as there is room for when it is their turn. */
  *each(list: readonly unknown[]): Generator<unknown> {
    for (const one of list) {
      if (this.#left === 0 || this.#entries-- <= 0) {
        return
      }
      yield one
    }
  }
}

/** A text, or blocks of which some are texts. Of others the type is told, and the name of a tool. */
const partsOf = (content: unknown, room: Room): Part[] =>
  Array.from(room.each(typeof content === 'string' ? [content] : listOf(content)), (each) => {
    const block = objectOf(each)
    const text = typeof each === 'string' ? each : block.text
    return typeof text === 'string'
      ? { type: 'text', content: room.take(text) }
      : {
          type: nameOf(block.type) ?? (block.functionCall ? 'tool_call' : 'other'),
          name: nameOf(block.name ?? objectOf(block.function ?? block.functionCall).name),
        }
  })

/** Data as a text, without its secrets. */
export const jsonOf = (value: unknown): string | undefined =>
  value === undefined ? undefined : redactStart(JSON.stringify(value) ?? '', MAX_CONTENT)

/** What was asked, in the conventions' form. */
export const inputMessages = (body: Json): string | undefined => {
  const room = new Room()
  const { messages, input, contents, prompt } = body
  const given = messages ?? contents ?? input ?? prompt
  const list = typeof given === 'string' ? [{ role: 'user', content: given }] : listOf(given)
  const told = []
  for (const each of room.each(list)) {
    const message = objectOf(each)
    const content = typeof each === 'string' ? each : (message.content ?? message.parts)
    told.push({
      role: nameOf(message.role) ?? (nameOf(message.type)?.endsWith('output') ? 'tool' : 'user'),
      parts: [...partsOf(content ?? [], room), ...partsOf(message.tool_calls, room)],
    })
  }
  return told.length ? JSON.stringify(told) : undefined
}

export const systemInstructions = (body: Json): string | undefined => {
  const { system, instructions, systemInstruction } = body
  const parts = partsOf(system ?? instructions ?? objectOf(systemInstruction).parts, new Room())
  return parts.length ? JSON.stringify(parts) : undefined
}

/** What was answered, put together as it comes: the first of alternatives, its texts alone. */
export class AnswerText {
  #text = ''

  read(value: unknown): void {
    if (this.#text.length < 2 * MAX_CONTENT) {
      for (const text of textsOf(value)) {
        this.#text += text
      }
    }
  }

  messages(reason: string | undefined): string | undefined {
    return this.#text
      ? JSON.stringify([
          {
            role: 'assistant',
            parts: [{ type: 'text', content: redactStart(this.#text, MAX_CONTENT) }],
            finish_reason: reason,
          },
        ])
      : undefined
  }
}

const textsOf = (value: unknown): string[] => {
  const event = objectOf(value)
  const [choice] = listOf(event.choices ?? event.candidates).map(objectOf)
  const said = objectOf(choice?.delta ?? choice?.message ?? choice?.content)
  const delta = event.type === 'response.output_text.delta' ? event.delta : undefined
  return [
    choice?.text,
    said.content,
    delta,
    objectOf(event.delta).text,
    ...listOf(said.parts).map((each) => objectOf(each).text),
    ...listOf(event.content).map((each) => objectOf(each).text),
    ...listOf(event.output).flatMap((each) =>
      listOf(objectOf(each).content).map((block) => objectOf(block).text),
    ),
    ...(Array.isArray(value) ? value.flatMap(textsOf) : []),
  ].filter((each) => typeof each === 'string')
}
