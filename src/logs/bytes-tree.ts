import { isPlainObject } from '../base/plain-object.ts'
import type { BytesTree } from './record.ts'

/** Nesting beyond this is left as it is, and so are cycles. */
const MAX_DEPTH = 8

interface Extracted {
  readonly value: unknown
  readonly bytes?: BytesTree | undefined
}

/** A value with its bytes as base64, and where they are; the value itself when it has none, or cannot be read. */
export const extractBytes = (value: unknown): Extracted => {
  try {
    return extract(value, 0)
  } catch {
    return { value }
  }
}

const extract = (value: unknown, depth: number): Extracted => {
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) {
    return { value }
  }
  if (value instanceof Uint8Array) {
    const text = toBase64(value)
    return { value: text, bytes: text }
  }
  if (!Array.isArray(value) && !isPlainObject(value)) {
    return { value }
  }
  let copy: Record<string, unknown> | unknown[] | undefined
  let tree: Record<string, BytesTree> | undefined
  for (const key of Object.keys(value)) {
    const inner = extract((value as Record<string, unknown>)[key], depth + 1)
    if (inner.bytes !== undefined) {
      copy ??= Array.isArray(value) ? [...value] : { ...value }
      ;(copy as Record<string, unknown>)[key] = inner.value
      tree ??= Object.create(null) as Record<string, BytesTree>
      tree[key] = inner.bytes
    }
  }
  return { value: copy ?? value, bytes: tree }
}

/** Puts bytes back where redaction and limits have left their base64 alone. */
export const restoreBytes = (value: unknown, bytes: BytesTree | undefined): unknown => {
  if (bytes === undefined) {
    return value
  }
  if (typeof bytes === 'string') {
    return value === bytes ? Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0)) : value
  }
  if (typeof value !== 'object' || value === null) {
    return value
  }
  const copy = (Array.isArray(value) ? [...value] : { ...value }) as Record<string, unknown>
  for (const key in bytes) {
    if (Object.hasOwn(copy, key)) {
      copy[key] = restoreBytes(copy[key], bytes[key])
    }
  }
  return copy
}

export const toBase64 = (bytes: Uint8Array): string => {
  let binary = ''
  for (const byte of bytes) {
    binary += String.fromCharCode(byte)
  }
  return btoa(binary)
}
