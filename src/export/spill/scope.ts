import { hostOf } from '../otlp/host.ts'
import type { Queue } from '../pipeline/pipeline.ts'
import type { SpillTarget } from '../pipeline/spill.ts'

/** Tells one signal of one destination from others in the same store. Any isolate of the service comes to the same. */
export const scopeOf = ({ config, index }: SpillTarget, { signal }: Queue): string => {
  const hosts = config.otlp.map(hostOf)
  const host = hosts[index]
  // Several with one host: other headers, perhaps, or another path.
  const namesakes = hosts.slice(0, index).filter((other) => other === host).length
  return `${config.resource['service.name']}/${host}/${namesakes}/${signal}`
}
