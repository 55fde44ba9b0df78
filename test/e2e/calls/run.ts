import { seeOwn } from '../../support/hono-own.ts'
import { seeGraphql } from '../../support/rpc/graphql.ts'
import { seeOrpc } from '../../support/rpc/orpc.ts'
import { seeTrpc } from '../../support/rpc/trpc.ts'

console.log(
  JSON.stringify({
    trpc: await seeTrpc(),
    orpc: await seeOrpc(),
    yoga: await seeGraphql('yoga'),
    server: await seeGraphql('server'),
    execute: await seeGraphql('execute'),
    own: await seeOwn(),
  }),
)
