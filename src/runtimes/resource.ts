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

/**
 * Resource attributes that the runtime knows: SDK, instance and platform. Call inside a request, since the
 * instance id is random. Workers' names are those Cloudflare's own export uses.
 */
export const runtimeResource = (): Attributes => {
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
    ...(name === 'workers'
      ? { 'cloud.provider': 'cloudflare', 'cloud.platform': 'cloudflare.workers' }
      : version && {
          'process.runtime.name': name === 'node' ? 'nodejs' : name,
          'process.runtime.version': version,
        }),
  }
}
