/** Imports the bundle that is named and prints how many milliseconds that took; for evaluation.ts. */
import { registerHooks } from 'node:module'
import { pathToFileURL } from 'node:url'

// What bundles import of the platform: they only name it while their modules run.
const PLATFORM = `export class DurableObject {}
export class WorkerEntrypoint {}
export class WorkflowEntrypoint {}
export class RpcTarget {}
export class RpcStub {}
export class EmailMessage {}
export const env = {}
export const exports = {}
export const tracing = undefined
export const connect = () => {}
export const waitUntil = () => {}
export default {}`

registerHooks({
  resolve: (specifier, context, next) =>
    specifier.startsWith('cloudflare:')
      ? { url: `data:text/javascript,${encodeURIComponent(PLATFORM)}`, shortCircuit: true }
      : next(specifier, context),
})

const file = pathToFileURL(process.argv[2] ?? '').href
const startedMs = performance.now()
await import(file)
console.log(performance.now() - startedMs)
// What a module has started, a timer for example, is not waited for.
process.exit()
