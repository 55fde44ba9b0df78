import type { Context } from '@opentelemetry/api'
import { hmac } from '../base/hmac.ts'
import { isPlainObject } from '../base/plain-object.ts'
import { warnOnce } from '../base/warn.ts'
import { carrierOf, KEY } from '../context/carried.ts'
import { type Channel, MAX_SEALED_LENGTH, type Seal, signed } from '../context/sealed.ts'
import { signingSecret } from '../telemetry/registry.ts'
import { currentScope } from '../telemetry/scope.ts'

/**
 * A copy of an object, with the context in it. Undefined when it travels alone: it is no plain object, is too large
 * or not to be written as JSON, or there is no context or nothing to sign it with.
 */
export const seal = (channel: Channel, context: Context, value: unknown): object | undefined => {
  if (!isPlainObject(value) || typeof value.toJSON === 'function') {
    return undefined
  }
  const carrier = carrierOf(context)
  const secret = carrier && signingSecret(currentScope(context)?.telemetry)
  if (!secret) {
    if (carrier) {
      warnOnce(
        'trace contexts are not sent through queues and Workflows: there is no secret to sign them with. Set HONO_OBSERVABILITY_SECRET.',
        'no secret',
      )
    }
    return undefined
  }
  const text = jsonOf(value)
  if (text === undefined || text.length > MAX_SEALED_LENGTH) {
    return undefined
  }
  const made: Seal = {
    carrier,
    mac: hmac(secret, signed(channel, carrier, text)),
    ...(Object.hasOwn(value, KEY) && { own: value[KEY] }),
  }
  return { ...value, [KEY]: made }
}

/** What cannot be sent is for the platform to refuse. */
const jsonOf = (value: object): string | undefined => {
  try {
    return JSON.stringify(value)
  } catch {
    return undefined
  }
}
