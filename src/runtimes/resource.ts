import type { Attributes } from '@opentelemetry/api'
import { newUuid } from '../traces/ids.ts'
import { VERSION } from '../version.ts'

interface RuntimeGlobals {
  navigator?: { userAgent?: string }
  Deno?: { version?: { deno?: string } }
  Bun?: { version?: string }
  process?: { versions?: { node?: string } }
}

export type RuntimeName = 'workers' | 'deno' | 'bun' | 'node' | 'unknown'

/** For defaults and resource attributes only; behaviour follows capabilities. */
export const runtimeName = (): RuntimeName => {
  const { navigator, Deno, Bun, process } = globalThis as RuntimeGlobals
  return navigator?.userAgent === 'Cloudflare-Workers'
    ? 'workers'
    : Deno
      ? 'deno'
      : Bun
        ? 'bun'
        : process?.versions?.node
          ? 'node'
          : 'unknown'
}

interface VersionMetadata {
  id?: unknown
  tag?: unknown
}

/** What the platform says it deployed: a version metadata binding of that name, or Deno Deploy's variable. */
const deployedVersion = (
  bindings: unknown,
  read: (name: string) => string | undefined,
): Attributes => {
  const { id, tag } =
    (bindings as { CF_VERSION_METADATA?: VersionMetadata } | undefined | null)
      ?.CF_VERSION_METADATA ?? {}
  const version = tag || id || read('DENO_DEPLOYMENT_ID')
  return {
    ...(typeof version === 'string' && { 'service.version': version, 'faas.version': version }),
    ...(typeof id === 'string' && { 'cloudflare.script_version.id': id }),
  }
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
  const { Deno, Bun, process } = globalThis as RuntimeGlobals
  const name = runtimeName()
  const version =
    name === 'deno'
      ? Deno?.version?.deno
      : name === 'bun'
        ? Bun?.version
        : name === 'node'
          ? process?.versions?.node
          : undefined
  return {
    'service.instance.id': newUuid(),
    'telemetry.sdk.name': 'hono-observability',
    'telemetry.sdk.language': 'javascript',
    'telemetry.sdk.version': VERSION,
    ...deployedVersion(bindings, read),
    ...(name === 'workers'
      ? { 'cloud.provider': 'cloudflare', 'cloud.platform': 'cloudflare.workers' }
      : version && {
          'process.runtime.name': name === 'node' ? 'nodejs' : name,
          'process.runtime.version': version,
        }),
  }
}
