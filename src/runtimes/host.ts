/** What only a process has use for. Bundlers for Workers take `host.worker.ts` instead, by `browser` in package.json. */
export { sentThrough, whenSent } from './already-sent.ts'
export { executionCtxOf } from './execution-ctx.ts'
export {
  copyResponse,
  streamIn,
  tellsStreams,
  withBody,
} from './host-body.ts'
export { nativeTelemetry } from './native-telemetry.ts'
export { editHeaders, headersOf } from './node-server-response.ts'
export { platformResource } from './platform.ts'
export { processResource } from './process-resource.ts'
export { flushItself } from './process-waiter.ts'
