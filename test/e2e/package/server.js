import { app } from './app.js'

const options = { port: 0, hostname: '127.0.0.1' }
const say = ({ port }) => console.log(`port ${port}`)

if (globalThis.Deno) {
  Deno.serve({ ...options, onListen: say }, app.fetch)
} else if (globalThis.Bun) {
  say(Bun.serve({ ...options, fetch: app.fetch }))
} else {
  const { serve } = await import('@hono/node-server')
  serve({ ...options, fetch: app.fetch }, say)
}
