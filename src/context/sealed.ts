import { type Context, propagation } from '@opentelemetry/api'
import { isPlainObject } from '../base/plain-object.ts'
import { type Carrier, KEY } from './carried.ts'

/**
 * A trace context in a message or in the parameters of a Workflow: one more property of that object, so that its own
 * stay where they are, also for a receiver that knows nothing of it.
 *
 * Whatever is stored can be written by others, so it is signed, together with the object that it came in: it fits no
 * other.
 */
export interface Seal {
  readonly carrier: Carrier
  /** HMAC-SHA-256, in hexadecimal digits, of {@link signed}. */
  readonly mac: string
  /** What the object had under our property; the receiver puts it back. */
  readonly own?: unknown
}

/** A signature made for one of them says nothing in the other. */
export type Channel = 'queue' | 'workflow'

/** Characters of an object as JSON, from which on it travels alone: they have to be hashed on both sides. */
export const MAX_SEALED_LENGTH = 32_768

/** What is signed. */
export const signed = (channel: Channel, carrier: Carrier, text: string): string =>
  `hono-observability ${channel}\n${JSON.stringify(carrier)}\n${text}`

/** What was sealed, and what came with it. */
export interface Opened {
  /** As it was given. */
  readonly value: unknown
  readonly carrier: Carrier
}

const isCarrier = (value: unknown): value is Carrier =>
  isPlainObject(value) && Object.values(value).every((entry) => typeof entry === 'string')

const sealOf = (value: unknown): Seal | undefined => {
  const seal = isPlainObject(value) && Object.hasOwn(value, KEY) && value[KEY]
  return isPlainObject(seal) && typeof seal.mac === 'string' && isCarrier(seal.carrier)
    ? (seal as unknown as Seal)
    : undefined
}

/** Whether a value might be sealed. */
export const seemsSealed = (value: unknown): boolean => sealOf(value) !== undefined

/**
 * Opens what one of these secrets has sealed. Undefined for everything else, which is data: what it looks like, what
 * was changed, cut off, or sealed with a secret that is not known here.
 */
export const open = async (
  channel: Channel,
  secrets: readonly string[],
  sealed: unknown,
): Promise<Opened | undefined> => {
  try {
    const seal = sealOf(sealed)
    if (!seal) {
      return undefined
    }
    const value = unsealed(sealed as Record<string, unknown>, seal)
    const text = JSON.stringify(value)
    if (text.length > MAX_SEALED_LENGTH) {
      return undefined
    }
    const data = encode(signed(channel, seal.carrier, text))
    for (const secret of secrets) {
      if (await isSignedWith(secret, seal.mac, data)) {
        return { value, carrier: seal.carrier }
      }
    }
  } catch {
    // Not to be written as JSON, and so not ours.
  }
  return undefined
}

const unsealed = (sealed: Record<string, unknown>, seal: Seal): object => {
  if (Object.hasOwn(seal, 'own')) {
    return { ...sealed, [KEY]: seal.own }
  }
  const { [KEY]: _, ...value } = sealed
  return value
}

const encode = (text: string) => new TextEncoder().encode(text)

const isSignedWith = async (
  secret: string,
  mac: string,
  data: ReturnType<typeof encode>,
): Promise<boolean> => {
  const pairs = /^[0-9a-f]{64}$/.test(mac) ? (mac.match(/../g) ?? []) : []
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const { subtle } = crypto
  const key = await subtle.importKey('raw', encode(secret), algorithm, false, ['verify'])
  return subtle.verify(
    'HMAC',
    key,
    Uint8Array.from(pairs, (hex) => Number.parseInt(hex, 16)),
    data,
  )
}

/** The context that came with a value, on top of `context`. */
export const openedContext = (context: Context, opened: Opened | undefined): Context =>
  opened ? propagation.extract(context, opened.carrier) : context
