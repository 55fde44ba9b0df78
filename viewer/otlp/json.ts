/** An integer that a double may not hold: `JSON.parse` would change its last digits. */
const LONG_INTEGER = /[:[,]\s*-?\d{16}/

/**
 * Reads OTLP/JSON as `JSON.parse` does, but for integers that are written as numbers beyond 2^53,
 * as some senders write times, values and counts: those come as decimal strings, digit by digit.
 *
 * @throws SyntaxError for text that is no JSON.
 */
export function parseOtlpJson(text: string): unknown {
  // Most requests have none, and are read faster without the function.
  return LONG_INTEGER.test(text) ? JSON.parse(text, exactInteger) : JSON.parse(text)
}

function exactInteger(_key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value
  const source = context?.source
  return source !== undefined && /^-?\d+$/.test(source) ? source : value
}
