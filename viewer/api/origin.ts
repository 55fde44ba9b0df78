const IP_LITERAL = /^(\d{1,3}(\.\d{1,3}){3}|\[[0-9a-f:.]+\])$/i

/**
 * Whether a request's `Host` is one that only this machine's own users have. A page of the web can
 * make its own name resolve to 127.0.0.1 (DNS rebinding), but not make the browser leave its name out.
 */
export function isKnownHost(request: Request, hosts: readonly string[]): boolean {
  const { hostname } = new URL(request.url)
  return (
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    IP_LITERAL.test(hostname) ||
    hosts.includes(hostname.toLowerCase())
  )
}

/** Whether a browser sent it for a page of another origin. */
export function isFromElsewhere(request: Request): boolean {
  const site = request.headers.get('sec-fetch-site')
  if (site === 'cross-site' || site === 'same-site') {
    // Following a link is fine; it has no effect, and the other page sees nothing of it.
    return !(request.method === 'GET' && request.headers.get('sec-fetch-mode') === 'navigate')
  }
  const origin = request.headers.get('origin')
  if (origin === null) return false
  try {
    return new URL(origin).host !== new URL(request.url).host
  } catch {
    return true
  }
}
