import { context } from '@opentelemetry/api'
import { expect, it } from 'vitest'
import { hook } from '../../../../src/context/results/hook.ts'
import { Watcher } from '../../../../src/context/results/watcher.ts'

const ends: number[] = []

class Numbered extends Watcher {
  readonly #index: number
  constructor(index: number) {
    super(context.active())
    this.#index = index
  }
  protected ended(): void {
    ends.push(this.#index)
  }
  protected failed(): void {}
}

it('lets 128 watch one object, and ends the oldest for one more', () => {
  const query = { run: () => 'row' }
  const watch = (index: number): boolean =>
    hook(query, new Numbered(index), { run: (_, call) => call() })
  for (let index = 0; index < 128; index++) {
    watch(index)
  }
  expect(ends).toEqual([])
  watch(128)
  watch(129)
  expect(ends).toEqual([0, 1])
  expect(query.run()).toBe('row')
})
