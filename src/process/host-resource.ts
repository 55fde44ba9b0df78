import type { Attributes } from '@opentelemetry/api'
import { builtin } from './builtin.ts'
import { realProcess } from './real-process.ts'

interface Os {
  hostname(): string
}

/** Names of the conventions where they differ from Node's. */
const NAMES: Record<string, string> = { x64: 'amd64', ia32: 'x86', arm: 'arm32', win32: 'windows' }

/**
 * Which machine and process this is, for those who want it in their telemetry: `host.name`, `host.arch`, `os.type` and
 * `process.pid`, as the resource conventions 1.44 name them. What the runtime does not tell is left out: on Workers
 * all of it, on Deno the host's name without `--allow-sys=hostname`.
 *
 * @returns Attributes for the option `resource`.
 *
 * @example
 * ```ts
 * import { observability } from 'hono-observability'
 * import { hostResource } from 'hono-observability/process'
 *
 * observability({ service: { name: 'shop' }, resource: hostResource() })
 * ```
 */
export const hostResource = (): Attributes => {
  const process = realProcess()
  if (!process) {
    return {}
  }
  const { pid, platform, arch } = process
  const host = hostName()
  return {
    ...(host !== undefined && { 'host.name': host }),
    'host.arch': NAMES[arch] ?? arch,
    'os.type': NAMES[platform] ?? platform,
    'process.pid': pid,
  }
}

const hostName = (): string | undefined => {
  const { Deno } = globalThis as {
    Deno?: { permissions?: { querySync?(descriptor: object): { state: string } } }
  }
  // Without asking first, a missing permission would prompt the user on the terminal.
  const state = Deno?.permissions?.querySync?.({ name: 'sys', kind: 'hostname' }).state
  if (state !== undefined && state !== 'granted') {
    return undefined
  }
  try {
    return builtin<Os>('os')?.hostname() || undefined
  } catch {
    return undefined
  }
}
