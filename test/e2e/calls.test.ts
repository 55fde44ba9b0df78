import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { OWN_SEEN } from '../support/hono-own.ts'
import { GRAPHQL_SEEN } from '../support/rpc/graphql.ts'
import { ORPC_SEEN } from '../support/rpc/orpc.ts'
import { TRPC_SEEN } from '../support/rpc/trpc.ts'

const SCRIPT = fileURLToPath(new URL('calls/run.ts', import.meta.url))

it.each([
  ['node', [SCRIPT]],
  ['deno', ['run', '--allow-env', '--allow-read', '--allow-sys', '--no-config', '--node-modules-dir=manual', SCRIPT]],
  ['bun', ['run', SCRIPT]],
])('%s shows what tRPC, oRPC and GraphQL call, and what Hono’s own middleware decides', (runtime, args) => {
  const lines = execFileSync(runtime, args, { encoding: 'utf8' }).trim().split('\n')
  expect(JSON.parse(lines.at(-1) ?? '')).toEqual({
    trpc: TRPC_SEEN,
    orpc: ORPC_SEEN,
    yoga: GRAPHQL_SEEN,
    server: GRAPHQL_SEEN,
    execute: GRAPHQL_SEEN,
    own: OWN_SEEN,
  })
}) // biome-ignore format: one line each
