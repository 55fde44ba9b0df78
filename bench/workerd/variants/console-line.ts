/** The app, and one line of JSON on the console for each request: what any logger pays to the runtime. */
import { routePath } from 'hono/route'
import { addRoutes, newApp } from '../app.ts'

const app = newApp()
app.use(async (c, next) => {
  const startMs = Date.now()
  await next()
  const route = routePath(c, -1)
  console.log(
    `{"timestamp":"${new Date(startMs).toISOString()}","level":"info","severity_number":9,"message":"${c.req.method} ${route} ${c.res.status}","logger":"access","service.name":"bench","http.request.method":"${c.req.method}","http.route":"${route}","http.response.status_code":${c.res.status},"duration_ms":${Date.now() - startMs},"outcome":"ok"}`,
  )
})

export default addRoutes(app)
