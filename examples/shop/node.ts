import { main } from './src/local/main.ts'
import { serveOnNode } from './src/local/node-server.ts'
import { openNodeSqlite } from './src/local/node-sqlite.ts'

await main(openNodeSqlite, serveOnNode)
