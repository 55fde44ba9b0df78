/** The floor, and a request id on the response. */
import { floorApp } from '../floor.ts'

export default floorApp(async (c, next) => {
  const id = crypto.randomUUID()
  await next()
  c.res.headers.set('X-Request-ID', id)
})
