import type { Plain } from '../api-types.ts'

/** A value of an attribute as text; strings stand for themselves. */
export function textOf(value: Plain): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** An id that is long enough to tell it from others. */
export function shortId(id: string): string {
  return id.slice(0, 8)
}
