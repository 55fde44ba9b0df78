const digest = async (text: string): Promise<Uint8Array> =>
  new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)))

/**
 * Whether a request carries the token: as `Authorization: Bearer`, which senders can set, or as the
 * password of `Basic`, which browsers ask for. Compares digests, so that the time taken tells nothing.
 */
export async function carriesToken(request: Request, token: string): Promise<boolean> {
  const [scheme = '', credentials = ''] = (request.headers.get('authorization') ?? '').split(
    / +/,
    2,
  )
  const given = scheme.toLowerCase() === 'basic' ? passwordOf(credentials) : credentials
  if (!/^(bearer|basic)$/i.test(scheme) || token === '') return false
  const [a, b] = await Promise.all([digest(given), digest(token)])
  let difference = 0
  for (const [i, byte] of a.entries()) difference |= byte ^ (b[i] ?? 0)
  return difference === 0
}

function passwordOf(credentials: string): string {
  try {
    const text = atob(credentials)
    return text.slice(text.indexOf(':') + 1)
  } catch {
    return ''
  }
}
