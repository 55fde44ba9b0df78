import { existsSync, readFileSync } from 'node:fs'
import { expect, it, vi } from 'vitest'
import { ownWaiter } from '../../../src/invocation/own-waiter.worker.ts'
import * as worker from '../../../src/runtimes/host.worker.ts'

const { browser } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  browser: Record<string, string>
}

const sourceOf = (built: string): string =>
  built.replace('./dist/', './src/').replace(/\.js$/, '.ts')

const kindsOf = async (file: string): Promise<string[]> =>
  Object.entries((await import(`../../../${file}`)) as object)
    .map(([name, value]) => `${name}: ${typeof value}`)
    .toSorted()

it.each(Object.entries(browser))(
  '%s has another for Workers, with the same names for the same kinds of things',
  async (file, other) => {
    expect(existsSync(sourceOf(file))).toBe(true)
    expect(await kindsOf(sourceOf(other))).toEqual(await kindsOf(sourceOf(file)))
  },
)

it('what Workers get in place of what only a process needs does nothing', () => {
  const on = vi.spyOn(process, 'prependListener')
  expect(ownWaiter()).toBeUndefined()
  worker.flushItself()
  expect(on).not.toHaveBeenCalled()
  expect(worker.platformResource()).toBeUndefined()
  expect(worker.sentThrough()).toBeUndefined()
  expect(worker.nativeTelemetry()).toEqual({ traces: false, metrics: false })
})
