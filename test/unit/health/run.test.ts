import { expect, it } from 'vitest'
import { custom } from '../../../src/entries/health.ts'
import { runCheck } from '../../../src/health/run.ts'

it('passes what the check found on', async () => {
  const check = custom(() => ({ status: 'warn', observedValue: 3, observedUnit: 'jobs' }))
  expect(await runCheck(check, {}, undefined, 100)).toEqual({
    status: 'warn',
    observedValue: 3,
    observedUnit: 'jobs',
  })
})

it('ends a run that hangs when its time is up, and aborts its signal', async () => {
  let seen: AbortSignal | undefined
  const check = custom(({ signal }) => {
    seen = signal
    return new Promise<boolean>(() => {})
  })
  const startMs = performance.now()
  const found = await runCheck(check, {}, undefined, 30)
  expect(performance.now() - startMs).toBeGreaterThanOrEqual(28)
  expect(performance.now() - startMs).toBeLessThan(500)
  expect(found).toEqual({ status: 'fail', output: 'no answer within 30 ms' })
  expect(seen?.aborted).toBe(true)
})

it('leaves the signal alone while the run has time', async () => {
  const check = custom(({ signal }) => !signal.aborted)
  expect(await runCheck(check, {}, undefined, 30)).toEqual({ status: 'pass' })
})

it('ends on time although the check takes the signal’s event handler for itself', async () => {
  const check = custom(({ signal }) => {
    signal.onabort = () => {}
    return new Promise<boolean>(() => {})
  })
  expect((await runCheck(check, {}, undefined, 10)).status).toBe('fail')
})

it.each([
  ['a rejection', () => Promise.reject(new Error('down')), 'down'],
  [
    'a throw',
    () => {
      throw new Error('down')
    },
    'down',
  ],
  ['a rejection with something else than an error', () => Promise.reject('down'), 'down'],
])('makes %s a failure', async (_, run, output) => {
  expect(await runCheck(custom(run), {}, undefined, 100)).toEqual({ status: 'fail', output })
})

it('survives a rejection that comes after the time is up', async () => {
  const rejections: unknown[] = []
  const note = (reason: unknown) => rejections.push(reason)
  process.on('unhandledRejection', note)
  const check = custom(
    () => new Promise<boolean>((_, reject) => setTimeout(() => reject(new Error('late')), 20)),
  )
  await runCheck(check, {}, undefined, 5)
  await new Promise((resolve) => setTimeout(resolve, 40))
  process.off('unhandledRejection', note)
  expect(rejections).toEqual([])
})

it('keeps a thousand characters of what is thrown', async () => {
  const check = custom((): Promise<boolean> => Promise.reject(new Error('x '.repeat(5000))))
  expect((await runCheck(check, {}, undefined, 100)).output).toBe('x '.repeat(500))
})
