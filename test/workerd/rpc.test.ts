import { expect, it } from 'vitest'
import { GRAPHQL_SEEN, seeGraphql } from '../support/rpc/graphql.ts'
import { ORPC_SEEN, seeOrpc } from '../support/rpc/orpc.ts'
import { seeTrpc, TRPC_SEEN } from '../support/rpc/trpc.ts'

it('workerd shows what tRPC calls', async () => {
  expect(await seeTrpc()).toEqual(TRPC_SEEN)
})

it('workerd shows what oRPC calls', async () => {
  expect(await seeOrpc()).toEqual(ORPC_SEEN)
})

it.each(['yoga', 'server', 'execute'] as const)(
  'workerd shows what GraphQL runs (%s)',
  async (kind) => {
    expect(await seeGraphql(kind)).toEqual(GRAPHQL_SEEN)
  },
)
