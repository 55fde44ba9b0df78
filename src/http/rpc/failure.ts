import { readProperty } from '../../base/thrown.ts'

/** How a call failed, as far as its library says. */
export interface Failure {
  /** The library's own code for it. */
  readonly code: string
  /** Whether the server is to blame: what its caller did wrong is an answer like any other, as a 4xx is. */
  readonly isFault: boolean
  /** What was thrown, at the root of it. */
  readonly error?: unknown
}

/** Codes that tRPC, oRPC and GraphQL servers share, of which HTTP has a 5xx. */
const FAULTS: ReadonlySet<string> = /* @__PURE__ */ new Set([
  'INTERNAL_SERVER_ERROR',
  'NOT_IMPLEMENTED',
  'BAD_GATEWAY',
  'SERVICE_UNAVAILABLE',
  'GATEWAY_TIMEOUT',
])

export const INTERNAL = 'INTERNAL_SERVER_ERROR'

export const isFaultCode = (code: string): boolean => FAULTS.has(code)

const LEGAL = /^[\w.-]{1,64}$/

/** A code that may be an attribute of a metric: codes are the server's own, but nothing holds it to few short ones. */
export const codeOf = (error: unknown): string | undefined => {
  const code = readProperty(error, 'code')
  return typeof code === 'string' ? (LEGAL.test(code) ? code : '_OTHER') : undefined
}

/** What was thrown where a library wrapped it in an error of its own. */
export const thrownIn = (error: unknown): unknown => readProperty(error, 'cause') ?? error
