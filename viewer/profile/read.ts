import { MalformedRequest, object } from '../otlp/shape.ts'
import type { Profile } from './profile.ts'
import { readCpuProfile } from './read-cpu.ts'
import { readHeapProfile } from './read-heap.ts'

/**
 * Reads a profile as V8 writes it, and DevTools saves it: `.cpuprofile` or `.heapprofile`.
 *
 * @param durationMs How long a heap profile took, which it does not say itself.
 * @throws MalformedRequest when it is none.
 */
export function readProfile(text: string, durationMs = 0): Profile {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    throw new MalformedRequest('The profile is not JSON')
  }
  const file = object(json, 'profile')
  if (Array.isArray(file.nodes)) return readCpuProfile(file)
  if (file.head) return readHeapProfile(file, durationMs)
  throw new MalformedRequest(
    'The profile must be a .cpuprofile (`nodes`, `samples`) or a .heapprofile (`head`)',
  )
}
