import type { Attributes } from '@opentelemetry/api'
import { newUuid } from '../base/random.ts'
import { VERSION } from '../base/version.ts'
import { processResource } from './host.ts'
import { runtimeName } from './runtime-name.ts'

interface VersionMetadata {
  id: string
  tag: string
  timestamp: string
}

/** Whatever name the binding has, only a Worker's version metadata looks like this. */
const isVersionMetadata = (value: unknown): value is VersionMetadata => {
  const { id, tag, timestamp } = (value ?? {}) as Partial<VersionMetadata>
  return typeof id === 'string' && typeof tag === 'string' && typeof timestamp === 'string'
}

const deployedVersion = (bindings: unknown): Attributes | undefined => {
  const metadata = Object.values(bindings ?? {}).find(isVersionMetadata)
  const version = metadata && (metadata.tag || metadata.id)
  return (
    metadata && {
      'service.version': version,
      'faas.version': version,
      'cloudflare.script_version.id': metadata.id,
      ...(metadata.tag && { 'cloudflare.script_version.tag': metadata.tag }),
      ...(metadata.timestamp && { 'cloudflare.script_version.timestamp': metadata.timestamp }),
    }
  )
}

/**
 * Resource attributes that the runtime knows: SDK, instance, platform and deployed version. Call inside a
 * request, since the instance id is random. Workers' names are those Cloudflare's own export uses.
 *
 * @param bindings The request's, for a Worker.
 * @param read Reads an environment variable.
 */
export const runtimeResource = (
  bindings: unknown,
  read: (name: string) => string | undefined,
): Attributes => {
  const name = runtimeName()
  return {
    'service.instance.id': newUuid(),
    'telemetry.sdk.name': 'hono-observability',
    'telemetry.sdk.language': 'javascript',
    'telemetry.sdk.version': VERSION,
    ...deployedVersion(bindings),
    ...(name === 'workers'
      ? { 'cloud.provider': 'cloudflare', 'cloud.platform': 'cloudflare.workers' }
      : processResource(name, read)),
  }
}
