import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { bundle } from '../../support/bundle.ts'

const REQUESTS = 20

interface Bundled {
  named: string[]
  ask(app: 'bare' | 'observed', path: string): Promise<number>
}

/** wrangler keeps names: each function that is made and has a variable's name costs a call of `defineProperty`. */
const load = async (): Promise<Bundled> => {
  const text = await bundle(fileURLToPath(new URL('named/app.ts', import.meta.url)))
  const counting = text.replace(
    /^var __name = .*$/m,
    'export const named = []; var __name = (target, name) => { named.push(name); return target };',
  )
  expect(counting).not.toBe(text)
  return await import(
    /* @vite-ignore */ `data:text/javascript;base64,${Buffer.from(counting).toString('base64')}`
  )
}

it('a request, and a query of a database, make no function that has a name', async () => {
  const { named, ask } = await load()
  const namesOf = async (app: 'bare' | 'observed', path: string): Promise<string[]> => {
    expect(await ask(app, path)).toBe(200)
    named.length = 0
    for (let request = 0; request < REQUESTS; request++) await ask(app, path)
    // What is not done for each request is left out.
    const counted = Map.groupBy(named, (name) => name)
    return [...counted].flatMap(([name, all]) =>
      Array<string>(Math.floor(all.length / REQUESTS)).fill(name),
    )
  }
  const added = async (path: string): Promise<string[]> => {
    const bare = await namesOf('bare', path)
    return (await namesOf('observed', path)).filter((name) => {
      const at = bare.indexOf(name)
      if (at >= 0) bare.splice(at, 1)
      return at < 0
    })
  }
  expect(await added('/orders/7')).toEqual([])
  expect(await added('/stock/7')).toEqual([])
})
