/** Hands export requests on to the sink, and says that they came this way. */
export default {
  fetch(request: Request, env: { SINK: string }): Promise<Response> {
    const { pathname } = new URL(request.url)
    const headers = new Headers(request.headers)
    headers.set('x-via', 'binding')
    return fetch(`${env.SINK}${pathname}`, { method: 'POST', headers, body: request.body })
  },
}
