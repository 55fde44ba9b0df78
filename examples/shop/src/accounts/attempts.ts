import type { SqlDatabase } from '../platform.ts'
import { sign } from './signature.ts'

const MAX_ATTEMPTS = 5
const WINDOW_SECONDS = 15 * 60

/** Names share slots, so that those of a robot fill no table. Which, nobody knows without the secret. */
const slotOf = async (secret: string, name: string): Promise<number> =>
  Number.parseInt((await sign(secret, 'login attempts', name)).slice(0, 3), 16)

/**
 * Counts an attempt before it is looked at, so that many at once are no more than one after the other.
 * Returns the seconds to wait, if there were too many.
 */
export async function takeAttempt(
  db: SqlDatabase,
  secret: string,
  name: string,
): Promise<number | undefined> {
  const nowSeconds = Math.floor(Date.now() / 1000)
  const row = await db
    .prepare(
      `INSERT INTO login_attempts (slot, attempts, until_s) VALUES (?, 1, ?)
       ON CONFLICT (slot) DO UPDATE SET
         attempts = CASE WHEN until_s > ? THEN attempts + 1 ELSE 1 END,
         until_s = CASE WHEN until_s > ? THEN until_s ELSE excluded.until_s END
       RETURNING attempts, until_s AS untilSeconds`,
    )
    .bind(await slotOf(secret, name), nowSeconds + WINDOW_SECONDS, nowSeconds, nowSeconds)
    .first<{ attempts: number; untilSeconds: number }>()
  return row && row.attempts > MAX_ATTEMPTS ? row.untilSeconds - nowSeconds : undefined
}

/** Whoever got in has not guessed. */
export async function forgetAttempts(db: SqlDatabase, secret: string, name: string): Promise<void> {
  await db
    .prepare('DELETE FROM login_attempts WHERE slot = ?')
    .bind(await slotOf(secret, name))
    .run()
}
