import { describe, expect, it } from 'vitest'
import { showProgress } from '../../../scripts/start/progress.ts'

function progressAt(...timesMs: number[]) {
  const written: string[] = []
  const progress = showProgress(
    (text) => written.push(text),
    () => timesMs.shift() ?? 0,
  )
  return { progress, text: () => written.join('') }
}

describe('showProgress', () => {
  it('says what is being done, then how long it took', () => {
    const { progress, text } = progressAt(0, 1500)
    progress.begin('Preparing')
    expect(text()).toBe('Preparing … ')
    progress.end()
    expect(text()).toBe('Preparing … 1.50 s\n')
  })

  it('lets a message start on a line of its own', () => {
    const { progress, text } = progressAt(0)
    progress.begin('Preparing')
    progress.interrupt()
    progress.interrupt()
    progress.end()
    expect(text()).toBe('Preparing … \n')
  })
})
