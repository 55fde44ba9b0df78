import { Hono } from 'hono'
import { profileRoutes } from '../../../src/entries/process.ts'
import { serve } from '../runtimes/serve.ts'
import { burn, keep } from './burn.ts'

const app = new Hono()
app.route('/', profileRoutes({ token: 'a long one' }))
setInterval(() => {
  burn()
  keep()
}, 10)

serve(app.fetch as never)
