import fc from 'fast-check'
import { expect, it } from 'vitest'
import { describeSql } from '../../../../src/bindings/sql/describe.ts'
import { openSqlite } from './sqlite.ts'
import { gaps, type Part, SCHEMA, statements } from './statements.ts'

const judge = openSqlite(SCHEMA)

interface Written {
  text: string
  /** The texts of double-quoted tokens that are meant as values. */
  doubles: string[]
  names: string[]
}

const write = (parts: readonly Part[], between: readonly string[]): Written => {
  const doubles: string[] = []
  const names: string[] = []
  const tokens = parts.map((part, index) => {
    if (typeof part === 'string') {
      return part
    }
    if ('name' in part) {
      names.push(part.name)
      return part.name
    }
    if (part.secret === 'number') {
      return `4711${index}`
    }
    const secret = `s3cret_${index}`
    if (part.secret === 'single') {
      return `'${secret}'`
    }
    doubles.push(secret)
    return `"${secret}"`
  })
  const text = tokens
    .map((token, index) => token + (between[index % between.length] as string))
    .join('')
  return { text, doubles, names }
}

it('what SQLite takes for a value never leaves, and every name does', () => {
  let valid = 0
  let taken = 0
  fc.assert(
    fc.property(statements, gaps, (parts, between) => {
      const { text, doubles, names } = write(parts, between)
      const { error, strings } = judge(text)
      valid += Number(!error)
      taken += doubles.filter((secret) => strings.has(secret)).length
      // The generator is right about what is a name.
      expect(names.filter((name) => strings.has(name.slice(1, -1)))).toEqual([])
      const described = describeSql(text)
      const left = JSON.stringify(described)
      expect(left).not.toMatch(/s3cret|4711/)
      const counted = (name: string, within: string): number => within.split(name).length - 1
      for (const name of names) {
        expect([name, counted(name, described.text)]).toEqual([name, counted(name, text)])
      }
      // What is left is the same statement: the same tables for the same places.
      expect(describeSql(described.text)).toEqual(described)
    }),
    { numRuns: 800 },
  )
  // SQLite had to do with most of it, or it has judged nothing.
  expect(valid).toBeGreaterThan(400)
  expect(taken).toBeGreaterThan(400)
}, 60_000)

it.each([
  'PRAGMA user_version = "s3cret"',
  'CREATE TABLE a (b DEFAULT "s3cret")',
  'CREATE INDEX i ON items ("s3cret")',
  'CREATE VIEW v AS SELECT "s3cret"',
  'CREATE TRIGGER r AFTER INSERT ON items WHEN "s3cret" BEGIN SELECT "s3cret"; END',
  'CREATE TABLE a (b CHECK (b <> "s3cret"))',
])('what SQLite accepts as a value in %s does not leave', (statement) => {
  expect(judge(statement).error).toBeUndefined()
  expect(JSON.stringify(describeSql(statement))).not.toContain('s3cret')
})
