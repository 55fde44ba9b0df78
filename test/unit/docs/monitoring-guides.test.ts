import { existsSync, globSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readProjectFile, root } from '../../support/docs/project.ts'
import { filesIn, isTest, type Row, rowsOf } from '../../support/docs/tables.ts'

const HEAD = 'the guides'
const page = readProjectFile('docs/monitoring-guides.md')

const sources = globSync('{src,monitoring,examples}/**/*.ts', {
  cwd: root,
  exclude: ['**/node_modules/**'],
})
  .map(readProjectFile)
  .join('\n')

/** Names of metrics and attributes: what begins as those of the conventions do, or as our own. */
const NAME =
  /`((?:app\.health|client|cloudflare|db|error|exception|gen_ai|host|hono|http|messaging|nodejs|otel|process|rpc|service|shop|url|user|v8js)\.[a-z\d_.]+)`/g

/** Whether a name is in the sources: whole, or its end where something puts the beginning before it. */
const isInSources = (name: string): boolean => {
  if (sources.includes(`'${name}'`)) return true
  const ends = [...name.matchAll(/\./g)].map(({ index }) => index + 1)
  return ends.some((at) => {
    const beginning = name.slice(0, at)
    return (
      (sources.includes(`'${beginning}'`) || sources.includes(`\`${beginning}\${`)) &&
      new RegExp(`\\b${name.slice(at)}\\b`).test(sources)
    )
  })
}

/** What is wrong with a row, if anything. */
const faultOf = ({ line, cells }: Row): string | undefined => {
  const [named, form = '', where = '', tests = ''] = cells
  if (cells.length !== 4 || !named || !form || !where || !tests) {
    return `${line}: it must say what the guides name, its form, where and the test`
  }
  if (!/\]\([^)]+\)/.test(where)) return `${line}: it must link to where it is`
  const files = filesIn(tests)
  if (files.length === 0) return `${line}: it must link to a test`
  const other = files.find((file) => !isTest(file) || !existsSync(`${root}${file}`))
  if (other) return `${line}: ${other} is no test`
  const unknown = [...form.matchAll(NAME)].find(([, name = '']) => !isInSources(name))
  return unknown && `${line}: ${unknown[1]} is in no source`
}

describe('the table of the guides', () => {
  const rows = rowsOf(page, HEAD)

  it('has four cells in each row, a test that is there, and no metric that is not', () => {
    expect(rows.flatMap((row) => faultOf(row) ?? [])).toEqual([])
  })

  it('has no row twice', () => {
    const names = rows.map(({ cells }) => cells[0])
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([])
  })

  it('has as many rows as its page says, and as many of each standing', () => {
    const begins = (words: string): number =>
      rows.filter(({ cells }) => cells[1]?.startsWith(words)).length
    const [part, none] = [begins('In part:'), begins('No such thing')]
    expect(page).toContain(`which makes ${rows.length} rows`)
    expect(page).toContain(
      `Of the ${rows.length}, ${rows.length - part - none} stand, ${part} stand *in part*`,
    )
    expect(page).toContain(`and ${none} do not exist on Workers`)
    expect(readProjectFile('docs/monitoring.md')).toContain(`**, ${rows.length} rows`)
  })

  it.each([
    ['| a | b | [c](x.md) | |', 'it must say what the guides name'],
    ['| a | b | c | [x](../test/unit/docs/links.test.ts) |', 'it must link to where it is'],
    ['| a | b | [c](x.md) | x |', 'it must link to a test'],
    ['| a | b | [c](x.md) | [x](../test/support/docs/tables.ts) |', 'tables.ts is no test'],
    [
      '| a | `http.server.no_such` | [c](x.md) | [x](../test/unit/docs/links.test.ts) |',
      'http.server.no_such is in no source',
    ],
  ])('finds the fault of %s', (row, fault) => {
    expect(rowsOf(row, HEAD).map(faultOf).join()).toContain(fault)
  })
})
