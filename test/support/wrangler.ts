import { createRequire } from 'node:module'

interface Modules {
  miniflare: typeof import('miniflare')
  esbuild: typeof import('esbuild')
  wrangler: typeof import('wrangler')
}

const require = createRequire(import.meta.url)
const requireThere = createRequire(require.resolve('wrangler'))

/**
 * Loads wrangler, or its own copy of a package it stands on, so that tests run the workerd and the
 * bundler that `wrangler dev` runs. Each takes its time to load: ask when it is first needed.
 */
export function requireFromWrangler<Name extends keyof Modules>(name: Name): Modules[Name] {
  return name === 'wrangler' ? require(name) : requireThere(name)
}
