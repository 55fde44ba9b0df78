import { redactedStart } from '../base/cut.ts'
import { UNREADABLE } from './join-fields.ts'
import { plainForm } from './plain-form.ts'
import { quoteInLine } from './quote-in-line.ts'
import type { LogFields } from './record.ts'
import type { Redactor } from './redact.ts'
import { type PathNode, step } from './redact-paths.ts'

/** Characters of a key. */
const MAX_KEY = 256
/** What a value is charged besides its bytes; covers the mark of one that was cut. */
const VALUE_COST = 48
const MAX_DEPTH = 16
/** The most bytes that one character takes: an escape. */
const MAX_CHARACTER_BYTES = 6
const MAX_CACHED = 1000
/** Shorter numbers cannot be card numbers, and this keeps times in milliseconds off the slow path. */
const CARD_LIKE = 2e12

const UNSAFE = '["\\\\\\x00-\\x1f\\x7f-\\x9f\\u2028\\u2029\\ud800-\\udfff]'

/** Characters of an id that somebody else made. */
const MAX_ID = 255

/** Keys whose value belongs to the name that stands beside them, as in `{ name: 'password', value: '…' }`. */
const VALUE_KEY = /(?:val(?:ue)?s?|content|text|data|default|input|received)$|^v$/i
/** Keys of that name. */
const NAME_KEY =
  /(?:name|key|field|header|param(?:eter)?|path|label|variable|attribute|property|column)$|^(?:k|id)$/i

/** What is left of an allowance in bytes, and what the current value is nested in. */
interface Walk {
  left: number
  /** Something was left out. */
  isCut: boolean
  readonly ancestors: object[]
}

/** A key, encoded once. */
interface Key {
  /** `"key":`. */
  readonly prefix: string
  readonly written: string
  /** Written otherwise than given, and so perhaps like another. */
  readonly isAltered: boolean
  readonly isSecret: boolean
  /** Of `tokens`, numbers are counts. */
  readonly isCounted: boolean
  readonly isValue: boolean
}

type Paths = readonly PathNode[] | undefined

/** A record's variable parts as JSON, redacted and bounded: what both outputs are made from. */
export interface EncodedRecord {
  readonly body: string
  /** `,"key":value` for each field; at the end `,"truncated":true` if anything was cut or left out. */
  readonly fields: string
}

/** Any value as JSON: redacted, bounded in size, depth and time. Never throws. */
export interface JsonEncoder {
  /** A name. */
  text(name: string): string
  /** An id, whose looks say nothing: at most 255 characters of it, and only the user's own secrets replaced. */
  id(id: string): string
  record(body: unknown, fields: object): EncodedRecord
}

/**
 * @param reserved Names that fields may not have; they become `field.<name>`.
 * @param maxBytes The most that a message, and that all fields take. No field takes more than half of what those before it have left.
 */
export const createJsonEncoder = (
  redactor: Redactor,
  reserved: readonly string[],
  maxBytes: number,
): JsonEncoder => {
  const unsafe = new RegExp(`${UNSAFE}|${redactor.triggers}`)
  // Too short for anything that has no separator in it, unless the user's own secrets are looked for.
  const longestWord = redactor.scansNumbers ? -1 : 12
  const censored = quoteInLine(redactor.censor)
  const memberKeys = new Map<string, Key>()
  const texts = new Map<unknown, string>()
  const fieldKeys = new Map<string, Key>()

  const text = (value: string, walk: Walk): string => {
    const { left } = walk
    if (value.length <= left) {
      const json =
        (value.length <= longestWord && isWord(value)) || !unsafe.test(value)
          ? `"${value}"`
          : quoteInLine(redactor.text(value))
      walk.left -= bytesOf(json)
      if (walk.left >= 0) {
        return json
      }
    }
    walk.left = 0
    walk.isCut = true
    return cut(redactor.text, value, Math.floor(left / MAX_CHARACTER_BYTES))
  }

  const cut = (redact: Redactor['text'], value: string, room: number): string =>
    quoteInLine(
      `${redactedStart(redact, value, room, redactor.longestSecret)}…[${value.length} characters]`,
    )

  const newKey = (keys: Map<string, Key>, name: string): Key => {
    const given = keys === fieldKeys && reserved.includes(name) ? `field.${name}` : name
    const json = text(given, newWalk(MAX_KEY * MAX_CHARACTER_BYTES))
    const written: string = json === `"${name}"` ? name : JSON.parse(json)
    const lower = name.length < 64 ? name.toLowerCase() : ''
    const key = {
      prefix: `${json}:`,
      written,
      isAltered: written !== name,
      isSecret: redactor.isSecretName(name.slice(-MAX_KEY)),
      isCounted: lower.endsWith('tokens'),
      isValue: VALUE_KEY.test(lower),
    }
    // Keys may be data, ids for example: without a limit they would fill the memory.
    if (keys.size < MAX_CACHED && name.length < 64) {
      keys.set(name, key)
    }
    return key
  }

  /** The key, or, when the object has another that is written the same, one with a number. */
  const distinct = (key: Key, source: object, used: Map<string, number>): Key => {
    let count = used.get(key.written) ?? 1
    let written: string
    do {
      written = count === 1 ? key.written : `${key.written}#${count}`
      count++
    } while (Object.hasOwn(source, written) || used.has(written))
    used.set(written, 2)
    used.set(key.written, count)
    if (count === 2) {
      return key
    }
    return { ...key, prefix: `${quoteInLine(written)}:` }
  }

  const number = (plain: string, walk: Walk): string => {
    const scanned = text(plain, walk)
    return scanned === `"${plain}"` ? plain : scanned
  }

  const value = (item: unknown, walk: Walk, paths: Paths): string => {
    switch (typeof item) {
      case 'string':
        return text(item, walk)
      case 'number':
        return item < CARD_LIKE && item > -CARD_LIKE && !redactor.scansNumbers
          ? String(item)
          : Number.isFinite(item)
            ? number(String(item), walk)
            : `"${item}"`
      case 'object':
        return item === null ? 'null' : nested(item, walk, paths)
      case 'boolean':
        return String(item)
      case 'undefined':
        return 'null'
      case 'function':
        return '"[Function]"'
      default:
        // Symbols, and integers that a reader would round.
        return text(String(item), walk)
    }
  }

  const nested = (item: object, walk: Walk, paths: Paths): string => {
    const { ancestors } = walk
    if (ancestors.includes(item)) {
      return '"[Circular]"'
    }
    if (ancestors.length >= MAX_DEPTH) {
      return '"[Too deep]"'
    }
    ancestors.push(item)
    try {
      return object(item, walk, paths)
    } catch {
      return `"${UNREADABLE}"`
    } finally {
      ancestors.pop()
    }
  }

  const object = (item: object, walk: Walk, paths: Paths): string => {
    const form = plainForm(item, walk)
    if (typeof form !== 'object' || form === null) {
      return value(form, walk, paths)
    }
    if (Array.isArray(form)) {
      return list(form, walk, paths)
    }
    // What `toJSON` returned may be anything again.
    return form === item || Object.getPrototypeOf(form) === Object.prototype
      ? members(form, walk, paths)
      : value(form, walk, paths)
  }

  const members = (item: object, walk: Walk, paths: Paths): string =>
    `{${each(Object.keys(item), item, memberKeys, walk, paths)}}`

  const list = (item: readonly unknown[], walk: Walk, paths: Paths): string =>
    `[${each(Array.prototype.keys.call(item), item, undefined, walk, paths)}]`

  /** Members of an object, or without `keys` entries of a list, joined by commas. */
  const each = (
    names: Iterable<string | number>,
    source: object,
    keys: Map<string, Key> | undefined,
    walk: Walk,
    paths: Paths,
  ): string => {
    let out = ''
    let previous: unknown
    let isNamedSecret: boolean | undefined
    let used: Map<string, number> | undefined
    for (const name of names) {
      let item: unknown
      try {
        item = (source as LogFields)[name]
      } catch {
        item = UNREADABLE
      }
      if (keys && item === undefined) {
        continue
      }
      let key = keys && (keys.get(name as string) ?? newKey(keys, String(name)))
      if (key?.isAltered) {
        used ??= new Map()
        key = distinct(key, source, used)
      }
      const left = walk.left - VALUE_COST - (key ? key.prefix.length * 3 + 3 : 0)
      if (left < 0) {
        walk.isCut = true
        break
      }
      // Half, so that one field leaves something for the others.
      const kept = keys === fieldKeys ? left >> 1 : 0
      walk.left = left - kept
      if (key?.isValue) {
        isNamedSecret ??= namesSecret(source as LogFields)
      }
      // Headers are often written as lists of names and values.
      const isSecret = key
        ? (key.isSecret && !(key.isCounted && typeof item === 'number')) ||
          (key.isValue && isNamedSecret)
        : typeof item === 'string' && !/\s/.test(String(previous)) && isSecretName(previous)
      const inner = paths && step(paths, String(name))
      // Whether there is a secret says nothing about it: booleans and null stay.
      const isHidden = isSecret ? item !== null && typeof item !== 'boolean' : inner?.includes(true)
      out +=
        (out && ',') + (key ? key.prefix : '') + (isHidden ? censored : value(item, walk, inner))
      walk.left += kept
      previous = item
    }
    return out
  }

  const isSecretName = (name: unknown): boolean =>
    typeof name === 'string' && name.length < 60 && redactor.isSecretName(name)

  /** Whether an object says beside its value that it is a secret's. */
  const namesSecret = (source: LogFields): boolean =>
    Object.keys(source).some((key) => {
      const name = NAME_KEY.test(key) && source[key]
      return isSecretName(Array.isArray(name) ? name.at(-1) : name)
    })

  const cached = (name: string): string => {
    // Messages and names mostly come from the code, over and over.
    let json = texts.get(name)
    if (json === undefined) {
      json = text(name, newWalk(maxBytes))
      if (name.length < 64 && texts.size < MAX_CACHED) {
        texts.set(name, json)
      }
    }
    return json
  }

  return {
    text: cached,
    id: (id) =>
      id.length > MAX_ID ? cut(redactor.exact, id, MAX_ID) : quoteInLine(redactor.exact(id)),
    record: (body, fields) => {
      const walk = newWalk(maxBytes)
      const json =
        typeof body === 'string' && body.length < 64 ? cached(body) : value(body, walk, undefined)
      let out: string
      try {
        walk.left = maxBytes
        out = each(Object.keys(fields), fields, fieldKeys, walk, redactor.paths)
      } catch {
        out = `"…":"${UNREADABLE}"`
      }
      return {
        body: json,
        fields: (out && `,${out}`) + (walk.isCut ? ',"truncated":true' : ''),
      }
    },
  }
}

/** Letters, digits and `-./_` only. A pattern would do, but takes longer to start than this to finish. */
const isWord = (text: string): boolean => {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code < 45 || code > 122 || (code > 57 && code < 65) || (code > 90 && code < 95)) {
      return false
    }
  }
  return true
}

/** At least the bytes of UTF-8. Short texts are not worth counting: no character takes more than three. */
const bytesOf = (text: string): number =>
  text.length < 256 ? text.length * 3 : new TextEncoder().encode(text).length

const newWalk = (left: number): Walk => ({ left, isCut: false, ancestors: [] })
