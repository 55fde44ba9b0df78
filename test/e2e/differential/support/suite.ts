import { afterAll, beforeAll, describe, it } from 'vitest'
import { VARIANTS, type Variant } from '../app/variants.ts'
import type { Runtime, Sent } from '../routes/group.ts'
import { casesOn } from './cases.ts'
import { lineDiff } from './line-diff.ts'
import { observe } from './observe.ts'
import { type Server, startServers } from './servers.ts'
import { startUpstream } from './upstream.ts'
import { withoutWhatWeAdd } from './what-we-add.ts'

const OURS = VARIANTS.filter((variant) => variant !== 'bare')
/** Some chunks may or may not arrive as one, with us and without: what differs is looked at again, alone. */
const LOOKS = 3

/** Defines the tests that nothing changes on a runtime. One server process for each variant, all at once. */
export const describeDifferential = (runtime: Runtime): void => {
  describe(`on ${runtime}`, () => {
    let servers: Record<Variant, Server>
    let upstream: Awaited<ReturnType<typeof startUpstream>>

    beforeAll(async () => {
      upstream = await startUpstream()
      servers = await startServers(runtime, upstream.url)
    }, 60_000)

    afterAll(async () => {
      await Promise.all(Object.values(servers ?? {}).map((server) => server.stop()))
      upstream?.close()
    })

    const compare = async (sent: Sent): Promise<Map<string, Variant[]>> => {
      const [bare, ...ours] = await Promise.all(
        (['bare', ...OURS] as const).map((variant) =>
          observe(servers[variant].port, sent, runtime),
        ),
      )
      const usual = new Set([bare as string])
      const differences = new Map<string, Variant[]>()
      for (const [i, variant] of OURS.entries()) {
        let seen = withoutWhatWeAdd(ours[i] as string, bare as string)
        for (let look = 0; look < LOOKS && !usual.has(seen); look++) {
          usual.add(await observe(servers.bare.port, sent, runtime))
          seen = withoutWhatWeAdd(
            await observe(servers[variant].port, sent, runtime),
            bare as string,
          )
        }
        if (!usual.has(seen)) {
          const diff = lineDiff(bare as string, seen)
          differences.set(diff, [...(differences.get(diff) ?? []), variant])
        }
      }
      return differences
    }

    it.concurrent.for(casesOn(runtime))('nothing changes in $name', async ({ name, asks }) => {
      const faults: string[] = []
      for (const [way, sent] of Object.entries(asks)) {
        for (const [diff, variants] of await compare(sent)) {
          faults.push(`${name}, ${way}, on ${runtime}, with ${variants.join(', ')}:\n${diff}`)
        }
      }
      if (faults.length) {
        throw new Error(`Not as without us (-):\n${faults.join('\n\n')}`)
      }
    })
  })
}
