import type { LogItem } from '../api-types.ts'
import { textOf } from './plain.ts'

/** What a record says in one line: its body; without one, its event and the exception it holds. */
export function logText({ body, eventName, attributes }: LogItem): string {
  if (body !== null && body !== '') return textOf(body)
  const parts = [eventName, attributes['exception.type'], attributes['exception.message']]
  return parts.filter((part) => typeof part === 'string').join(': ')
}
