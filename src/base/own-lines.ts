import { coarseRedactor } from './coarse-redactor.ts'
import { type ConsoleMethod, type SafeLine, writeConsole } from './console.ts'
import { redactedStart } from './cut.ts'
import { escapeCharacter } from './quote.ts'

/** What takes secrets out of texts. */
interface OwnRedactor {
  text(text: string): string
  isSecretName(name: string): boolean
  readonly censor: string
}

/** Redactors that are remembered: one for each options object of an isolate. */
const MAX_REDACTORS = 8

/** Characters of a text in a line, and of a line with who says it: some quote what others said. */
const MAX_TEXT = 4096
const MAX_LINE = 1020

const CONTROL =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a line end in a quoted text would begin a line of its own
  /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g

/** Until somebody has configured others. */
let redactors: readonly OwnRedactor[] = [coarseRedactor]
let scans = false
let longest = 0

/** From now on, what is not a log record of the app's goes through this redactor too. */
export const addRedactor = (
  redactor: OwnRedactor & { readonly scansNumbers: boolean; readonly longestSecret: number },
): void => {
  redactors = [...redactors.filter((each) => each !== coarseRedactor), redactor].slice(
    -MAX_REDACTORS,
  )
  scans ||= redactor.scansNumbers
  longest = Math.max(longest, redactor.longestSecret)
}

/** Whether secrets without any form of their own are looked for. */
export const scansAll = (): boolean => scans

/** A text without its secrets: for what leaves otherwise than in a log record of the app's. */
export const redactText = (text: string): string => {
  let result = text
  for (const redactor of redactors) {
    result = redactor.text(result)
  }
  return result
}

/** The beginning of such a text. Whatever is cut is cut by this. */
export const redactStart = (
  text: string,
  maxLength: number,
  redact: (text: string) => string = redactText,
): string => redactedStart(redact, text, maxLength, longest)

/** A name of few characters, in which no secret has room but one that was given. */
export const redactName = (name: string): string =>
  scans || !/^\w{0,18}$/.test(name) ? redactStart(name, MAX_TEXT) : name

/** What stands where a secret was. */
export const censor = (): string => redactors[0]?.censor ?? ''

/** Whether what has this name is secret. */
export const isSecretName = (name: string): boolean =>
  redactors.some((each) => each.isSecretName(name))

/** Mostly the object itself, or what refers to itself would not be noticed. */
const withSafeKeys = (value: object): object =>
  Object.keys(value).some((key) => redactText(key) !== key)
    ? Object.fromEntries(Object.entries(value).map(([key, item]) => [redactText(key), item]))
    : value

const redactEntry = (key: string, value: unknown): unknown => {
  switch (typeof value) {
    case 'string':
      return key && isSecretName(key) ? censor() : redactStart(value, MAX_TEXT)
    case 'bigint':
      return String(value)
    case 'object':
      if (value === null) {
        return value
      }
      if (key && isSecretName(key)) {
        return censor()
      }
      return withSafeKeys(value)
    case 'number':
      return key && isSecretName(key) ? censor() : value
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
    ? redactStart(said, MAX_LINE).replace(CONTROL, ' ')
    : JSON.stringify(redactedCopy(said)).replace(CONTROL, escapeCharacter)

/** Says something of this package's own on the console: a text, or an object as one line of JSON. Never throws. */
export const say = (method: ConsoleMethod, said: string | object): void => {
  try {
    writeConsole(method, lineOf(said) as SafeLine)
  } catch {
    // It cannot be read.
  }
}
