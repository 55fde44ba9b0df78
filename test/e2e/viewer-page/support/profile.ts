import { cpuProfile } from '../../../unit/viewer/suite/cpu-profile.ts'
import type { ViewerServer } from './viewer.ts'

/** Sends a profile of 100 ms of three functions, 10 ms idle. Returns its number. */
export async function sendProfile(viewer: ViewerServer, startMs: number): Promise<number> {
  const profile = cpuProfile(
    [{ name: 'handle', children: [1, 2] }, { name: 'price' }, { name: 'render', file: 'page.ts' }],
    [0, 1, 1, 1, 1, 1, 1, 2, 2, 'idle'],
  )
  const query = new URLSearchParams({ name: 'the shop', startMs: String(startMs) })
  const response = await fetch(`${viewer.url}/api/profiles?${query}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(profile),
  })
  return ((await response.json()) as { id: number }).id
}
