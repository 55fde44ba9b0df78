import { OtlpError } from './otlp-error.ts'

/**
 * Parses JSON and refuses what neither `JSON.parse` nor a protobuf decoder minds but OTLP forbids:
 * bytes that are not UTF-8, null, and repeated names.
 */
export function parseStrictJson(body: Uint8Array | string): Record<string, unknown> {
  const text = typeof body === 'string' ? body : decodeUtf8(body)
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch (cause) {
    throw new OtlpError('', `JSON (${cause instanceof Error ? cause.message : cause})`, text)
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new OtlpError('', 'an object', parsed)
  }
  if (countNames(parsed) !== countWrittenNames(text)) {
    throw new OtlpError('', 'free of repeated names', text)
  }
  refuseNull(parsed, '')
  return parsed as Record<string, unknown>
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new OtlpError('', 'UTF-8', `${bytes.byteLength} bytes`)
  }
}

// JSON.parse keeps the last of two equal names, so the text must be asked how many it had.
function countWrittenNames(text: string): number {
  const colon = /\s*:/y
  let count = 0
  for (let start = text.indexOf('"'); start !== -1; ) {
    const end = endOfString(text, start)
    colon.lastIndex = end + 1
    if (colon.test(text)) count++
    start = text.indexOf('"', end + 1)
  }
  return count
}

// A loop, because a regular expression overflows the stack on a string of some megabytes.
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1)
  while (isEscaped(text, end)) end = text.indexOf('"', end + 1)
  return end
}

function isEscaped(text: string, at: number): boolean {
  let before = at
  while (text[before - 1] === '\\') before--
  return (at - before) % 2 === 1
}

function countNames(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  let count = Array.isArray(value) ? 0 : Object.keys(value).length
  for (const child of Object.values(value)) count += countNames(child)
  return count
}

function refuseNull(value: unknown, path: string): void {
  if (value === null) throw new OtlpError(path, 'left out or given a value', value)
  if (typeof value !== 'object') return
  for (const [name, child] of Object.entries(value)) {
    const childPath = Array.isArray(value) ? `${path}[${name}]` : path ? `${path}.${name}` : name
    refuseNull(child, childPath)
  }
}
