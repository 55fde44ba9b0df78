import { existsSync, globSync } from 'node:fs'
import { basename } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readProjectFile, root } from '../../support/docs/project.ts'
import { filesIn, isTest, type Row, rowsOf } from '../../support/docs/tables.ts'

const HEAD = 'feature'

/** What is wrong with a row, if anything. */
const faultOf = ({ line, cells }: Row): string | undefined => {
  const [feature, seen, how, tests = ''] = cells
  if (cells.length !== 4 || !feature || !seen || !how) {
    return `${line}: it must say feature, what you see, how and test`
  }
  const files = filesIn(tests)
  if (files.length === 0) {
    return `${line}: it must link to a test`
  }
  const other = files.find((file) => !isTest(file) || !existsSync(`${root}${file}`))
  return other && `${line}: ${other} is no test`
}

const page = readProjectFile('docs/what-you-see.md')

describe('what you see of …', () => {
  it('has a test in each row, which is there', () => {
    const rows = rowsOf(page, HEAD)
    expect(rows.length).toBeGreaterThan(60)
    expect(rows.flatMap((row) => faultOf(row) ?? [])).toEqual([])
  })

  it('has a row for each entry of the package', () => {
    const how = rowsOf(page, HEAD)
      .map(({ cells }) => cells[2])
      .join('\n')
    const text = `${how}\n${page.match(/^All by .*$/gm)?.join('\n')}`
    const entries = globSync('src/entries/*.ts', { cwd: root }).map((file) => basename(file, '.ts'))
    expect(entries.length).toBeGreaterThan(15)
    expect(entries.filter((name) => !text.includes(`hono-observability/${name}`))).toEqual([])
  })

  it('says a feature once', () => {
    const features = rowsOf(page, HEAD).map(({ cells }) => cells[0])
    expect(features.filter((name, at) => features.indexOf(name) !== at)).toEqual([])
  })

  it.each([
    ['| a | b | c | |', 'it must link to a test'],
    ['| a | b | [x](../test/unit/docs/links.test.ts) |', 'it must say feature'],
    ['| a | b | c | [x](../test/unit/docs/lost.test.ts) |', 'lost.test.ts is no test'],
    ['| a | b | c | [x](../test/support/trace-headers.ts) |', 'trace-headers.ts is no test'],
  ])('finds the fault of %s', (row, fault) => {
    expect(rowsOf(row, HEAD).map(faultOf).join()).toContain(fault)
  })
})
