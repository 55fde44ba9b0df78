import { main } from './src/local/main.ts'
import { openNodeSqlite } from './src/local/node-sqlite.ts'

await main(openNodeSqlite, async (fetch, address) => {
  const server = Deno.serve({ ...address, onListen: () => {} }, fetch)
  return () => server.shutdown()
})
