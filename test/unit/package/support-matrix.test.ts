import { expect, it } from 'vitest'
import { replaceSection, runtimeTable, starterTable } from '../../../scripts/support/matrix.ts'

const test = (around: string, title: string, status = 'passed') => ({
  ancestorTitles: [around],
  title,
  status,
})

it('a test is a row of the matrix, with its outcome on each runtime that it ran on', () => {
  const assertionResults = [
    test('on workerd', 'a stream is timed to its end'),
    test('on deno', 'a stream is timed to its end', 'failed'),
    test('on node, SIGTERM', 'loses none'),
    test('what every shop answered', 'is the same'),
  ]
  expect(runtimeTable({ testResults: [{ assertionResults }] }, { deno: '2.9' })).toBe(
    [
      '|  | workerd | deno 2.9 | bun | node |',
      '| --- | --- | --- | --- | --- |',
      '| a stream is timed to its end | yes | **no** | – | – |',
      '| SIGTERM: loses none | – | – | – | yes |',
    ].join('\n'),
  )
})

it('a starter that was not traced says so in the matrix', () => {
  const servers = [
    { title: 'node', isTraced: true },
    { title: 'node 20', isTraced: false },
  ]
  const text = starterTable([{ name: 'cjs', versions: { hono: '4.13', node: '24' }, servers }])
  expect(text.split('\n').slice(2)).toEqual([
    '| cjs | node | yes | hono 4.13, node 24 |',
    '| cjs | node 20 | **no** | hono 4.13, node 24 |',
  ])
})

it('a page without a place for the matrix is refused', () => {
  expect(replaceSection('a\n<!-- x -->\nold\n<!-- end of x -->', 'x', 'new')).toBe(
    'a\n<!-- x -->\n\nnew\n\n<!-- end of x -->',
  )
  expect(() => replaceSection('a', 'x', 'new')).toThrow(/Cannot write the matrix/)
})
