import { execFileSync } from 'node:child_process'
import { cpus } from 'node:os'
import { expect, it } from 'vitest'
import { spreadOf } from '../../../bench/difference.ts'
import { DIFFERENCES, type Difference, differencesOf } from '../../../bench/inner/differences.ts'
import { innerRowsOf, innerTableOf } from '../../../bench/inner/report.ts'

const difference = (id: string, more: Partial<Difference> = {}): Difference => {
  const subject = { entry: new URL('file:///'), path: '/', times: 500 }
  return { id, title: id, of: subject, over: subject, each: 1, ...more }
}

it('a spread pairs the rounds for its median, and not for what the quiet rounds say', () => {
  expect(spreadOf([11, 22, 33, 100], [1, 2, 3, 90])).toEqual({
    median: 20,
    p10: 10,
    from: 10,
    to: 30,
  })
})

it('a row is what one of many costs, and its aim is microseconds or times another row', () => {
  const rows = innerRowsOf([
    { difference: difference('floor'), of: [30, 30], over: [20, 20] },
    {
      difference: difference('ours', { aim: { times: 1.4, id: 'floor' } }),
      of: [36, 36],
      over: [20, 20],
    },
    { difference: difference('child', { each: 10, aim: 4 }), of: [70, 70], over: [20, 20] },
  ])
  expect(rows.map(({ microseconds }) => microseconds.median)).toEqual([10, 16, 5])
  expect(rows.map(({ aimMicroseconds }) => aimMicroseconds)).toEqual([undefined, 14, 4])
  expect(innerTableOf(rows).split('\n')).toHaveLength(4)
})

it('every row is measured with what it is compared with, and with the pair of the same', () => {
  expect(differencesOf(undefined)).toBe(DIFFERENCES)
  expect(differencesOf('metrics,children-1000').map(({ id }) => id)).toEqual([
    'again',
    'floor',
    'metrics',
    'children-1000',
  ])
  expect(() => differencesOf('kv,none')).toThrow(/`--rows` must be among .*, received none$/)
})

it.runIf(process.platform === 'linux')(
  'workerd has the last core, whichever its client may use',
  () => {
    const pinned = new URL('../../../bench/inner/pinned.ts', import.meta.url)
    const script = `const { pinWorkerd } = await import('${pinned}'); const { core, close } = pinWorkerd(); close(); console.log(core)`
    const core = execFileSync('taskset', ['--cpu-list', '0', process.execPath, '--eval', script], {
      encoding: 'utf8',
    })
    expect(Number(core)).toBe(cpus().length - 1)
  },
)
