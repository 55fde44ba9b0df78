import type { Attributes } from '@opentelemetry/api'
import { platformResource } from './platform.ts'
import type { RuntimeName } from './runtime-name.ts'

interface RuntimeGlobals {
  Deno?: { version?: { deno?: string } }
  Bun?: { version?: string }
  process?: { versions?: { node?: string } }
}

/** `process.runtime.name` and `process.runtime.description`. */
const RUNTIMES: Partial<Record<RuntimeName, readonly [string, string]>> = {
  deno: ['deno', 'Deno'],
  bun: ['bun', 'Bun'],
  node: ['nodejs', 'Node.js'],
}

/** Attributes of a process and of the platform around it. */
export const processResource = (
  name: RuntimeName,
  read: (name: string) => string | undefined,
): Attributes => {
  const { Deno, Bun, process } = globalThis as RuntimeGlobals
  const [title, description] = RUNTIMES[name] ?? []
  return {
    ...platformResource(read),
    ...(title && {
      'process.runtime.name': title,
      'process.runtime.description': description,
      'process.runtime.version': Deno?.version?.deno ?? Bun?.version ?? process?.versions?.node,
    }),
  }
}
