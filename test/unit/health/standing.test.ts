import fc from 'fast-check'
import { expect, it } from 'vitest'
import { nextStanding, type Standing } from '../../../src/health/standing.ts'

function standingsOf(runs: boolean[], failureThreshold = 1, successThreshold = 1): boolean[] {
  let standing: Standing | undefined
  return runs.map((passed) => {
    standing = nextStanding(standing, passed, failureThreshold, successThreshold)
    return standing.healthy
  })
}

it('follows every run when both thresholds are 1', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean()), (runs) => {
      expect(standingsOf(runs)).toEqual(runs)
    }),
  )
})

it('takes the first run at its word, whatever the thresholds', () => {
  expect(standingsOf([false], 3, 3)).toEqual([false])
  expect(standingsOf([true], 3, 3)).toEqual([true])
})

it('stays healthy until the failures in a row reach the failure threshold', () => {
  expect(standingsOf([true, false, false, false], 3)).toEqual([true, true, true, false])
})

it('stays unhealthy until the successes in a row reach the success threshold', () => {
  expect(standingsOf([false, true, true, true], 1, 3)).toEqual([false, false, false, true])
})

it('starts counting anew when a run agrees with the standing', () => {
  expect(standingsOf([true, false, true, false], 2)).toEqual([true, true, true, true])
  expect(standingsOf([false, true, false, true], 1, 2)).toEqual([false, false, false, false])
})

it('changes only at the end of as many contrary runs in a row as the threshold says', () => {
  const thresholds = fc.integer({ min: 1, max: 4 })
  fc.assert(
    fc.property(fc.array(fc.boolean()), thresholds, thresholds, (runs, failures, successes) => {
      const standings = standingsOf(runs, failures, successes)
      for (let i = 1; i < runs.length; i++) {
        if (standings[i] === standings[i - 1]) continue
        const needed = runs[i] ? successes : failures
        expect(runs.slice(i - needed + 1, i + 1)).toEqual(Array(needed).fill(runs[i]))
      }
    }),
  )
})
