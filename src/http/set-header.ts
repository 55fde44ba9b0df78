/**
 * Sets (or adds) a header, on a copy of the response when its headers are immutable, as those of `fetch` are. A value
 * that no header may hold, such as a request id of the app's with a line end, is left out.
 */
export const setHeader = (
  response: Response,
  name: string,
  value: string,
  append = false,
): Response => {
  const method = append ? 'append' : 'set'
  try {
    response.headers[method](name, value)
    return response
  } catch {
    try {
      // Asked first, because a copy takes the body with it.
      new Headers().set(name, value)
    } catch {
      return response
    }
    const copy = new Response(response.body, response)
    copy.headers[method](name, value)
    return copy
  }
}
