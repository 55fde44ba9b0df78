/**
 * Says whether an `Authorization` header carries this bearer token (RFC 6750, section 2.1).
 * Compares digests, so that neither the length of the token nor how much of it was right shows in the time taken.
 *
 * @param header The header as received. Undefined, another scheme or no credentials: false.
 * @param token The expected token. An empty one matches nothing.
 */
export const bearerMatches = async (
  header: string | undefined,
  token: string,
): Promise<boolean> => {
  if (!token || header?.slice(0, 7).toLowerCase() !== 'bearer ') {
    return false
  }
  const [given, expected] = await Promise.all([digest(header.slice(7).trim()), digest(token)])
  return !given.reduce((difference, byte, i) => difference | (byte ^ (expected[i] as number)), 0)
}

const digest = async (text: string): Promise<Uint8Array> =>
  new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)))
