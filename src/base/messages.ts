import { isPrimitive } from './checks.ts'
import { redactText } from './own-lines.ts'

const MAX_LENGTH = 60

/** Options and variables that may hold a secret, or be given one where a group is expected. */
const SECRET =
  /\b(headers|secrets|baggageOrigins)\b|HEADERS|(SECRET|ENDPOINT|endpoint|url|(?<!logs\.)otlp(\[\d+\])?|traces|metrics|logs|options)$/

/** Cuts text that goes into a message. */
export const shorten = (text: string): string =>
  text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text

const describe = (value: unknown, secret: boolean): string => {
  if (value == null) {
    return `${value}`
  }
  if (Array.isArray(value)) {
    return 'array'
  }
  if (!isPrimitive(value)) {
    return typeof value
  }
  if (secret && typeof value !== 'boolean') {
    return '[redacted]'
  }
  return typeof value === 'string' ? JSON.stringify(redactText(shorten(value))) : `${value}`
}

/** Says what a setting must be and what it is, unless that could be a secret. */
export const mustBe = (setting: string, expected: string, value: unknown): string =>
  `\`${setting}\` must be ${expected}, received ${describe(value, SECRET.test(setting))}`
