/** `{method} {route}`, or `{method}` without a route; HTTP stands for methods without a name of their own. */
export const spanName = (method: string, route?: string): string => {
  const name = method === '_OTHER' ? 'HTTP' : method
  return route === undefined ? name : `${name} ${route}`
}
