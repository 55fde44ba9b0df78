import { timingSafeEqual } from 'hono/utils/buffer'

/** A signature of texts for one purpose: it says nothing for another. */
export async function sign(secret: string, purpose: string, ...texts: string[]): Promise<string> {
  const encoder = new TextEncoder()
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const key = await crypto.subtle.importKey('raw', encoder.encode(secret), algorithm, false, [
    'sign',
  ])
  const data = encoder.encode(JSON.stringify([purpose, ...texts]))
  const bytes = new Uint8Array(await crypto.subtle.sign('HMAC', key, data))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** Whether a signature is the one of these texts. */
export async function isSigned(
  signature: string,
  secret: string,
  purpose: string,
  ...texts: string[]
): Promise<boolean> {
  return timingSafeEqual(signature, await sign(secret, purpose, ...texts))
}
