import { expect, it } from 'vitest'
import { whenRejected } from '../../../../src/context/results/rejection.ts'

const turn = () => new Promise((resolve) => setTimeout(resolve, 5))

it('tells of a rejection, which stays unhandled as it was, and takes anything', async () => {
  const told: unknown[] = []
  const unhandled: unknown[] = []
  const listener = (error: unknown) => void unhandled.push(error)
  const before = process.listeners('unhandledRejection')
  process.removeAllListeners('unhandledRejection')
  process.on('unhandledRejection', listener)
  try {
    whenRejected(Promise.reject('nobody handles it'), (error) => told.push(error))
    const handled = Promise.reject('somebody does')
    whenRejected(handled, (error) => told.push(error))
    handled.catch(() => {})
    for (const value of [undefined, null, 1, {}, Promise.resolve(1)]) {
      whenRejected(value, (error) => told.push(error))
    }
    await turn()
    expect(told.sort()).toEqual(['nobody handles it', 'somebody does'])
    expect(unhandled).toEqual(['nobody handles it'])
  } finally {
    process.off('unhandledRejection', listener)
    for (const other of before) {
      process.on('unhandledRejection', other)
    }
  }
})
