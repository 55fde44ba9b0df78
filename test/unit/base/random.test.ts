import { afterEach, expect, it, vi } from 'vitest'

afterEach(() => {
  vi.restoreAllMocks()
  vi.resetModules()
})

const asked = async (
  take: (module: typeof import('../../../src/base/random.ts')) => void,
): Promise<number[]> => {
  vi.resetModules()
  const random = vi.spyOn(crypto, 'getRandomValues')
  take(await import('../../../src/base/random.ts'))
  return random.mock.calls.map(([bytes]) => (bytes as Uint8Array).length)
}

it('asks for little randomness at first, since the first request waits for it, and for much from then on', async () => {
  expect(
    await asked(({ takeHex, newUuid }) => {
      for (let i = 0; i < 40; i++) {
        takeHex(16)
        newUuid()
      }
    }),
  ).toEqual([64, 32, 2048, 4096])
})

it('never gives the same id twice, at the edges of the pool neither', async () => {
  const ids = new Set<string>()
  await asked(({ takeHex, newUuid }) => {
    for (let i = 0; i < 500; i++) {
      ids.add(takeHex(32)).add(newUuid())
    }
  })
  expect(ids.size).toBe(1000)
  for (const id of ids) {
    expect(id).toMatch(
      /^(?:[\da-f]{32}|[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12})$/,
    )
  }
})
