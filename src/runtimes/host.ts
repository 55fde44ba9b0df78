/** What only a process has use for. Bundlers for Workers take `host.worker.ts` instead, by `browser` in package.json. */
export { installExitHooks } from './exit-hooks.ts'
export {
  copyResponse,
  editHeaders,
  headersOf,
  streamIn,
  tellsStreams,
  withBody,
} from './host-body.ts'
export { nativeTelemetry } from './native-telemetry.ts'
export { platformResource } from './platform.ts'
export { processResource } from './process-resource.ts'
