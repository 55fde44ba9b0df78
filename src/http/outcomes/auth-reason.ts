import type { Context } from 'hono'
import { readProperty } from '../../base/thrown.ts'
import type { Refusal } from './passing.ts'

/** Why a request was refused, or let pass without a name, as far as it can be known: few, and never of the caller's own words. */
export type AuthReason =
  | 'anonymous'
  | 'bad_signature'
  | 'error'
  | 'expired'
  | 'forbidden'
  | 'invalid'
  | 'limited'
  | 'malformed'
  | 'missing'
  | 'none'
  | 'not_yet_valid'
  | 'wrong_algorithm'
  | 'wrong_audience'
  | 'wrong_issuer'

/** What Hono's `jwt` and `jwk` found wrong with a token, by the names of their errors. */
const CAUSES: Readonly<Record<string, AuthReason>> = {
  JwtTokenInvalid: 'invalid',
  JwtHeaderInvalid: 'malformed',
  JwtHeaderRequiresKid: 'malformed',
  JwtTokenExpired: 'expired',
  JwtTokenNotBefore: 'not_yet_valid',
  JwtTokenIssuedAt: 'not_yet_valid',
  JwtTokenSignatureMismatched: 'bad_signature',
  JwtTokenIssuer: 'wrong_issuer',
  JwtTokenAudience: 'wrong_audience',
  JwtPayloadRequiresAud: 'wrong_audience',
  JwtAlgorithmMismatch: 'wrong_algorithm',
  JwtAlgorithmNotAllowed: 'wrong_algorithm',
  JwtAlgorithmNotImplemented: 'wrong_algorithm',
  JwtSymmetricAlgorithmNotAllowed: 'wrong_algorithm',
}

/** Of a refusal; `error` where the middleware itself failed, such as to get keys. */
export const reasonOf = (c: Context, { error, response }: Refusal): AuthReason => {
  const cause = readProperty(readProperty(error, 'cause'), 'name')
  const known =
    typeof cause === 'string' && Object.hasOwn(CAUSES, cause) ? CAUSES[cause] : undefined
  if (known) {
    return known
  }
  const status = readProperty(error ?? response, 'status')
  if (typeof status !== 'number' || status >= 500) {
    return 'error'
  }
  const headers = readProperty(readProperty(error, 'res') ?? response, 'headers')
  const challenge = headers instanceof Headers ? headers.get('www-authenticate') : null
  const { message } = (error ?? {}) as { message?: unknown }
  return message === 'no authorization included in request'
    ? 'missing'
    : status === 400 || challenge?.includes('invalid_request')
      ? 'malformed'
      : challenge?.includes('invalid_token')
        ? 'invalid'
        : status === 403
          ? 'forbidden'
          : status === 429
            ? 'limited'
            : c.req.raw.headers.has('authorization')
              ? 'invalid'
              : 'missing'
}
