import { toText } from '../../base/thrown.ts'
import { type Json, nameOf, objectOf, shortly } from '../genai/json.ts'

/** A message of JSON-RPC 2.0, as a transport hands it over: what is in it is the other side's. */
export interface Message {
  readonly id?: unknown
  readonly method?: unknown
  readonly params?: unknown
  readonly result?: unknown
  readonly error?: unknown
}

/** The methods of requests, of all revisions up to 2026-07-28. Any other has no name of its own. */
const METHODS = /* @__PURE__ */ new Set([
  'completion/complete',
  'elicitation/create',
  'initialize',
  'logging/setLevel',
  'ping',
  'prompts/get',
  'prompts/list',
  'resources/list',
  'resources/read',
  'resources/subscribe',
  'resources/templates/list',
  'resources/unsubscribe',
  'roots/list',
  'sampling/createMessage',
  'server/discover',
  'subscriptions/listen',
  'tasks/cancel',
  'tasks/get',
  'tasks/list',
  'tasks/result',
  'tasks/update',
  'tools/call',
  'tools/list',
])

/** `_OTHER` for what the protocol does not know: names and metrics are not the other side's to fill. */
export const methodOf = ({ method }: Message): string =>
  METHODS.has(method as string) ? (method as string) : '_OTHER'

/** Whether it asks for an answer: a notification has no id. */
export const isRequest = ({ id, method }: Message): boolean =>
  typeof method === 'string' && (typeof id === 'string' || typeof id === 'number')

export const isAnswer = ({ id, method, result, error }: Message): boolean =>
  method === undefined && id !== undefined && (result !== undefined || error !== undefined)

export const paramsOf = ({ params }: Message): Json => objectOf(params)

export const metaOf = (message: Message): Json => objectOf(paramsOf(message)._meta)

/** Which request a notification takes back. */
export const cancelled = (message: Message): unknown =>
  message.method === 'notifications/cancelled' ? paramsOf(message).requestId : undefined

/** The revisions that have been published. */
const VERSIONS = /* @__PURE__ */ new Set([
  '2024-10-07',
  '2024-11-05',
  '2025-03-26',
  '2025-06-18',
  '2025-11-25',
  '2026-07-28',
])

/** A revision of the protocol; `_OTHER` for any other text, since metrics have it. */
export const versionOf = (value: unknown): string | undefined =>
  VERSIONS.has(value as string)
    ? (value as string)
    : typeof value === 'string'
      ? '_OTHER'
      : undefined

/** What is before a user and a host: `postgres://`, `jdbc:postgres://`. */
const SCHEME = /^[a-z\d+.:-]*\/\//i

/**
 * Without its query and user, and without secrets that have another place. A password may have `/`, `?` or `#` in it as
 * it is: where one may begin before the first of these and end behind it, no more than the scheme is told.
 */
export const uriOf = (value: unknown): string | undefined => {
  if (typeof value !== 'string') {
    return undefined
  }
  const [scheme = ''] = SCHEME.exec(value) ?? []
  const rest = value.slice(scheme.length)
  const [authority = ''] = rest.split(/[/?#]/, 1)
  const user = scheme ? authority.lastIndexOf('@') + 1 : 0
  if (scheme && user === 0 && authority.includes(':') && rest.includes('@')) {
    return shortly(scheme)
  }
  return shortly(scheme + rest.slice(user).split(/[?#]/, 1)[0]) || undefined
}

/** Of what is there; it may be a number. */
export const idOf = (value: unknown): string | undefined =>
  value === undefined ? undefined : shortly(toText(value)) || undefined

/** What the two sides call a tool or a prompt. */
export const targetOf = (message: Message): string | undefined => nameOf(paramsOf(message).name)
