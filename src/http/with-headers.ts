/**
 * `init` with these headers instead of its own. A request may stand in its place, as in `fetch(url, request)`: its
 * method and body are no own properties, and would not survive a copy of those.
 */
export const withHeaders = (init: RequestInit | undefined, headers: Headers): RequestInit =>
  init instanceof Request ? new Request(init, { headers }) : { ...init, headers }
