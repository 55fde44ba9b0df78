/** The floor, and what the caller says of its trace and request. */
import { floorApp } from '../floor.ts'

export default floorApp(async (c, next) => {
  const { headers } = c.req.raw
  const caller = ['traceparent', 'baggage', 'X-Request-ID'].map((name) => headers.get(name))
  await next()
  c.set('caller' as never, caller as never)
})
