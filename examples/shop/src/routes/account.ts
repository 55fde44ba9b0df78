import { Hono } from 'hono'
import { basicAuth } from 'hono/basic-auth'
import { HTTPException } from 'hono/http-exception'
import * as z from 'zod/mini'
import { forgetAttempts, takeAttempt } from '../accounts/attempts.ts'
import { hashPassword, isPassword } from '../accounts/password.ts'
import { beginSession, secretOf, signedIn } from '../accounts/session.ts'
import { readBody } from '../body.ts'
import type { AppEnv } from '../env.ts'
import { findAccount, findLogin, insertAccount } from '../store/accounts.ts'

/** A name and a password are worth a token for half a day. */
export const account = new Hono<AppEnv>()

const MAX_PASSWORD = 128

const signUpSchema = () =>
  z.object({
    name: z.string().check(z.regex(/^[a-z0-9-]{3,40}$/)),
    password: z.string().check(z.minLength(12), z.maxLength(MAX_PASSWORD)),
  })

account.post('/sign-up', async (c) => {
  secretOf(c)
  const { name, password } = await readBody(c, signUpSchema())
  const id = crypto.randomUUID()
  const isNew = await insertAccount(c.env.DB, { id, name, password: await hashPassword(password) })
  if (!isNew) throw new HTTPException(409, { message: `the name ${name} is taken` })
  return c.json({ name, token: await beginSession(c, id) }, 201)
})

account.use(
  '/login',
  basicAuth({
    verifyUser: async (name, password, c) => {
      const secret = secretOf(c)
      const waitSeconds = await takeAttempt(c.env.DB, secret, name)
      if (waitSeconds) {
        const res = c.json({ error: 'too many attempts' }, 429, { 'retry-after': `${waitSeconds}` })
        throw new HTTPException(429, { res })
      }
      const login = password.length <= MAX_PASSWORD ? await findLogin(c.env.DB, name) : null
      if (!(await isPassword(password.slice(0, MAX_PASSWORD), login?.password)) || !login) {
        return false
      }
      await forgetAttempts(c.env.DB, secret, name)
      c.set('accountId', login.id)
      return true
    },
  }),
)

account.post('/login', async (c) => c.json({ token: await beginSession(c, c.var.accountId) }))

account.get('/', signedIn, async (c) => {
  const found = await findAccount(c.env.DB, c.var.session.accountId)
  if (!found) throw new HTTPException(404, { message: 'the account is gone' })
  return c.json(found)
})
