/** What Cloudflare tells of a request: its place, among others. */
export const cfOf = (request: Request): unknown => (request as { cf?: unknown }).cf
