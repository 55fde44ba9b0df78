/** Sets (or adds) a header, on a copy of the response when its headers are immutable, as those of `fetch` are. */
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
    const copy = new Response(response.body, response)
    copy.headers[method](name, value)
    return copy
  }
}
