/** A `traceparent` header of version 00, taken apart. */
export interface Traceparent {
  traceId: string
  parentId: string
  flags: number
}

const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/
const KEY = /^[a-z0-9][a-z0-9_\-*/@]{0,255}$/
const VALUE = /^[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]$/

/** Reads the one `traceparent` that a request must carry. Throws unless it is valid (§3.2). */
export function readTraceparent(headers: readonly [string, string][]): Traceparent {
  const values = valuesOf(headers, 'traceparent')
  const match = values.length === 1 ? TRACEPARENT.exec(values[0] ?? '') : null
  const [, traceId = '', parentId = '', flags = ''] = match ?? []
  if (!match || /^0+$/.test(traceId) || /^0+$/.test(parentId)) {
    throw new Error(
      `Cannot read a callback: it must have one traceparent, received ${show(values)}`,
    )
  }
  return { traceId, parentId, flags: Number.parseInt(flags, 16) }
}

/**
 * Reads the members of all `tracestate` headers, in order, by the grammar of Trace Context Level 2
 * (§3.3.1). Of members with equal keys the first counts. Throws for a malformed member.
 */
export function readTracestate(headers: readonly [string, string][]): Map<string, string> {
  const members = new Map<string, string>()
  const list = valuesOf(headers, 'tracestate').flatMap((value) => value.split(','))
  // Spaces before a key are optional whitespace, those after the = are part of the value.
  for (const member of list.map((item) => item.replace(/^[ \t]+|[ \t]+$/g, ''))) {
    if (member === '') continue
    const [key = '', value = '', ...more] = member.split('=')
    if (more.length > 0 || !KEY.test(key) || !VALUE.test(value)) {
      throw new Error(`Cannot read a callback: tracestate has a malformed member, ${show(member)}`)
    }
    if (!members.has(key)) members.set(key, value)
  }
  return members
}

function valuesOf(headers: readonly [string, string][], wanted: string): string[] {
  return headers.filter(([name]) => name.toLowerCase() === wanted).map(([, value]) => value)
}

function show(value: unknown): string {
  return JSON.stringify(value)
}
