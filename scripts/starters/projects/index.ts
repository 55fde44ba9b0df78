import type { Starter } from '../starter.ts'
import { bunStarter } from './bun.ts'
import { denoStarter, denoTwoCopies } from './deno.ts'
import { azure, honox, next } from './homes.ts'
import { nodeCommonJs, nodeEsm } from './node.ts'
import { pages } from './pages.ts'
import { pnpmStrict } from './pnpm.ts'
import { typescriptVersions } from './typescript.ts'
import { vite } from './vite.ts'
import { workerJsonc, workerToml } from './worker.ts'

/** Those that take longest first. */
export const starters: readonly Starter[] = [
  next,
  honox,
  vite,
  pnpmStrict,
  typescriptVersions,
  nodeCommonJs,
  pages,
  workerJsonc,
  workerToml,
  bunStarter,
  denoStarter,
  denoTwoCopies,
  azure,
  nodeEsm,
]
