import type { SpillRoute } from '../pipeline/spill.ts'
import type { SignedBatch, StoredBatch } from './stored-batch.ts'

const encode = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text)

/** All that is acted on when the batch comes back, its destination and time included. */
const signed = (
  scope: string,
  { id, contentType, count, isGzipped = false, body }: StoredBatch,
): Uint8Array<ArrayBuffer> => {
  const about = encode(
    `hono-observability spill\n${JSON.stringify([scope, id, contentType, count, isGzipped])}\n`,
  )
  const content = typeof body === 'string' ? encode(body) : body
  const all = new Uint8Array(about.length + content.length)
  all.set(about)
  all.set(content, about.length)
  return all
}

const keyOf = (secret: string): Promise<CryptoKey> =>
  crypto.subtle.importKey('raw', encode(secret), { name: 'HMAC', hash: 'SHA-256' }, false, [
    'sign',
    'verify',
  ])

/** Signs a batch (HMAC-SHA-256), so that it can be told from what others have put into the store. */
export const sign = async (
  { scope, secrets }: SpillRoute,
  batch: StoredBatch,
): Promise<SignedBatch> => {
  const key = await keyOf(secrets[0] ?? '')
  const mac = await crypto.subtle.sign('HMAC', key, signed(scope, batch))
  return {
    ...batch,
    mac: Array.from(new Uint8Array(mac), (byte) => byte.toString(16).padStart(2, '0')).join(''),
  }
}

/** Whether a batch of this scope was signed with a secret of this destination. */
export const isSigned = async (
  { secrets }: SpillRoute,
  scope: string,
  batch: SignedBatch,
): Promise<boolean> => {
  const mac = Uint8Array.from(batch.mac.match(/../g) ?? [], (hex) => Number.parseInt(hex, 16))
  const data = signed(scope, batch)
  for (const secret of secrets) {
    if (await crypto.subtle.verify('HMAC', await keyOf(secret), mac, data)) {
      return true
    }
  }
  return false
}
