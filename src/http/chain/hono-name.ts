/** Names that bundled builds of Hono give to functions of its own middleware: `cors2` is `cors`. Bundlers number them as well. */
const BUNDLED =
  /^(basicAuth|bearerAuth|bodyLimit|cache|compress|contextStorage|cors|csrf|etag|every|except|ipRestriction|jwk|jwt|languageDetector|logger|poweredBy|prettyJSON|requestId|secureHeaders|some|timeout|timing|trimTrailingSlash|appendTrailingSlash)\d?$/

/** A function's name, of Hono's own middleware as Hono's documentation has it. */
export const honoName = (name: string): string => name.replace(BUNDLED, '$1')

/** Whether a function has the name of Hono's own middleware. */
export const isHonoName = (name: string): boolean => BUNDLED.test(name)
