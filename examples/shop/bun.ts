import { openBunSqlite } from './src/local/bun-sqlite.ts'
import { main } from './src/local/main.ts'

await main(openBunSqlite, async (fetch, address) => {
  // Without it, what is thrown and is no Error ends the process with exit code 1, later.
  const error = () => new Response('Internal Server Error', { status: 500 })
  const server = Bun.serve({ ...address, development: false, fetch, error })
  return () => server.stop()
})
