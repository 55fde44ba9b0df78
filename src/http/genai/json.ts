import { redactStart } from '../../base/own-lines.ts'

/** What somebody else's JSON holds: any of it may be anything. */
export type Json = Readonly<Record<string, unknown>>

const NOTHING: Json = {}

export const objectOf = (value: unknown): Json =>
  typeof value === 'object' && value !== null ? (value as Json) : NOTHING

export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

export const numberOf = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined

/** What counts something: what is none would lower sums. */
export const countOf = (value: unknown): number | undefined =>
  Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : undefined

/** Characters of an id, a model, a reason, a URI, or what an error says. */
const MAX_NAME = 255

export const nameOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value ? value.slice(0, MAX_NAME) : undefined

/** The beginning of what the other side says, without secrets. */
export const shortly = (text: string): string => redactStart(text, MAX_NAME)

export const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
