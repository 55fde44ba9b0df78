import { type ConsoleMethod, type SafeLine, writeConsole } from './logs/console.ts'
import type { Redactor } from './logs/redact.ts'
import { nameHint, secretNames, secretNameTest } from './logs/secret-names.ts'
import { secretPatterns } from './logs/secret-patterns.ts'

type OwnRedactor = Pick<Redactor, 'text' | 'isSecretName' | 'censor'>

/** Redactors that are remembered: one for each options object of an isolate. */
const MAX_REDACTORS = 8

/** Characters of a text that are read, and of a line that are kept: some quote what others said. */
const MAX_READ = 4096
const MAX_LINE = 1000

const CONTROL =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a line end in a quoted text would begin a line of its own
  /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g

let redactors: readonly OwnRedactor[] | undefined
let isConfigured = false
let scans = false

/** The built-in patterns, until somebody has configured others. */
const current = (): readonly OwnRedactor[] => {
  if (!redactors) {
    const names = secretNames([])
    const hint = nameHint([])
    const censor = '[REDACTED]'
    redactors = [
      {
        censor,
        text: secretPatterns(names, hint, censor),
        isSecretName: secretNameTest(names, hint, []),
      },
    ]
  }
  return redactors
}

/** From now on, what is not a log record of the app's goes through this redactor too. */
export const addRedactor = (redactor: Redactor): void => {
  redactors = [...(isConfigured ? current() : []), redactor].slice(-MAX_REDACTORS)
  isConfigured = true
  scans ||= redactor.scansNumbers
}

/** Whether secrets without any form of their own are looked for. */
export const scansAll = (): boolean => scans

/** A text without its secrets: for what leaves otherwise than in a log record of the app's. */
export const redactText = (text: string): string => {
  let result = text
  for (const redactor of current()) result = redactor.text(result)
  return result
}

const isSecretName = (name: string): boolean => current().some((each) => each.isSecretName(name))

/** Mostly the object itself, or what refers to itself would not be noticed. */
const withSafeKeys = (value: object): object =>
  Object.keys(value).some((key) => redactText(key) !== key)
    ? Object.fromEntries(Object.entries(value).map(([key, item]) => [redactText(key), item]))
    : value

const redactEntry = (key: string, value: unknown): unknown => {
  switch (typeof value) {
    case 'string':
      return key && isSecretName(key) ? current()[0]?.censor : redactText(value.slice(0, MAX_READ))
    case 'bigint':
      return String(value)
    case 'object':
      if (value === null) return value
      if (key && isSecretName(key)) return current()[0]?.censor
      return withSafeKeys(value)
    case 'number':
      return key && isSecretName(key) ? current()[0]?.censor : value
    default:
      return value
  }
}

/**
 * A value as plain data without its secrets, as {@link redactText} and by the names of its members.
 *
 * @throws What it throws when it is read; also when it refers to itself.
 */
export const redactedCopy = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, redactEntry) ?? 'null')

const lineOf = (said: string | object): string =>
  typeof said === 'string'
    ? redactText(said.slice(0, MAX_READ)).slice(0, MAX_LINE).replace(CONTROL, ' ')
    : JSON.stringify(redactedCopy(said)).replace(
        CONTROL,
        (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
      )

/** Says something of this package's own on the console: a text, or an object as one line of JSON. Never throws. */
export const say = (method: ConsoleMethod, said: string | object): void => {
  try {
    writeConsole(method, lineOf(said) as SafeLine)
  } catch {
    // It cannot be read.
  }
}
