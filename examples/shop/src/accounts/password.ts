import { timingSafeEqual } from 'hono/utils/buffer'

/** The most that Workers do. Others could do more, but would then make hashes that Workers cannot read. */
const ITERATIONS = 100_000
const SALT_BYTES = 16
const HASH_BITS = 256

const hex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')

async function derive(password: string, salt: string, iterations: number): Promise<string> {
  const encoder = new TextEncoder()
  const key = await crypto.subtle.importKey('raw', encoder.encode(password), 'PBKDF2', false, [
    'deriveBits',
  ])
  const bits = await crypto.subtle.deriveBits(
    { name: 'PBKDF2', hash: 'SHA-256', salt: encoder.encode(salt), iterations },
    key,
    HASH_BITS,
  )
  return hex(new Uint8Array(bits))
}

/** What is kept of a password: how it was hashed, the salt, and the hash. */
export async function hashPassword(password: string): Promise<string> {
  const salt = hex(crypto.getRandomValues(new Uint8Array(SALT_BYTES)))
  return `pbkdf2-sha256$${ITERATIONS}$${salt}$${await derive(password, salt, ITERATIONS)}`
}

/** Whether a password is the one that was hashed. Without a hash it takes as long, and is not. */
export async function isPassword(password: string, hashed: string | undefined): Promise<boolean> {
  const [, iterations = ITERATIONS, salt = 'nobody', hash = ''] = hashed?.split('$') ?? []
  return timingSafeEqual(await derive(password, salt, Number(iterations)), hash)
}
