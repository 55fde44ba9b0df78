/** Loaded before an example runs in Node: the package's name means its sources. */
import { registerHooks } from 'node:module'

registerHooks({
  resolve(specifier, context, nextResolve) {
    const [matched, entry = ''] = /^hono-observability(\/.+)?$/.exec(specifier) ?? []
    const source = new URL(
      `../../../src/${entry ? `entries${entry}` : 'index'}.ts`,
      import.meta.url,
    )
    return nextResolve(matched ? source.href : specifier, context)
  },
})

console.assert = (condition, ...message) => {
  if (!condition) {
    throw new Error(`Assertion failed: ${message.join(' ')}`)
  }
}

// Examples name hosts that do not exist.
globalThis.fetch = async () =>
  new Response('{}', { headers: { 'Content-Type': 'application/json' } })
