import type { Context, MiddlewareHandler } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { type JwtVariables, jwt, sign } from 'hono/jwt'
import { countedAuth } from 'hono-observability/hono'
import type { AppEnv } from '../env.ts'

const SESSION_SECONDS = 12 * 60 * 60

/** Who is logged in, and since which login. */
export interface Session {
  id: string
  accountId: string
}

/** What is signed of a session. */
export type SessionVariables = JwtVariables<{ jti: string; sub: string }> & {
  /** Behind `signedIn`, and of who has just logged in. */
  session: Session
}

/** The secret of everything that is signed. */
export function secretOf(c: Context<AppEnv>): string {
  const { SESSION_SECRET } = c.env
  if (!SESSION_SECRET) {
    throw new HTTPException(503, {
      message: 'accounts are off: set SESSION_SECRET (`npm start` does)',
    })
  }
  return SESSION_SECRET
}

/** Begins a session. Returns the token that it goes on with. */
export function beginSession(c: Context<AppEnv>, accountId: string): Promise<string> {
  const session = { id: crypto.randomUUID(), accountId }
  c.set('session', session)
  const iat = Math.floor(Date.now() / 1000)
  const claims = { sub: accountId, jti: session.id, iat, exp: iat + SESSION_SECONDS }
  return sign(claims, secretOf(c), 'HS256')
}

/** Lets in who has the token of a session. */
export const signedIn: MiddlewareHandler<AppEnv> = countedAuth(
  (c: Context<AppEnv>, next) =>
    jwt({ secret: secretOf(c), alg: 'HS256' })(c, async () => {
      const { jti: id, sub: accountId } = c.get('jwtPayload')
      c.set('session', { id, accountId })
      await next()
    }),
  'jwt',
)
