import { plain } from './plain.ts'

/** A profile as it was made. */
export interface Recording {
  /** JSON of V8: a `.cpuprofile` or `.heapprofile`. */
  text: string
  /** What was profiled. */
  name: string
  /** When it began, in milliseconds since 1970. */
  startMs: number
  durationMs: number
}

/** There is no profile, or nowhere to put it. */
export class CannotProfile extends Error {
  override name = 'CannotProfile'

  constructor(reason: string) {
    // Some of it are words of others.
    super(`Cannot profile: ${plain(reason)}`)
  }
}

/** A failed `fetch` says why in its cause only. */
export function reasonOf(error: unknown): string {
  const { cause, message } = error as Error & { cause?: { code?: string; message?: string } }
  return cause?.code || cause?.message || message
}

/** A text of whoever got a token, who may repeat it. */
export function withoutToken(text: string, token: string | undefined): string {
  return token === undefined ? text : text.replaceAll(token, '[redacted]')
}
