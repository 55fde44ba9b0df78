import fc from 'fast-check'
import { expect, it } from 'vitest'
import { sanitizeSql, summarizeSql } from '../../../src/bindings/sql.ts'

it.each([
  [`SELECT * FROM t WHERE a = 'it''s' AND b = 4711`, 'SELECT * FROM t WHERE a = ? AND b = ?'],
  ['SELECT 1.5e-7, .5, 0xFF, -3', 'SELECT ?, ?, ?, -?'],
  [`SELECT x'53514c', "col 1", [col 2], \`col 3\``, `SELECT ?, "col 1", [col 2], \`col 3\``],
  [
    'SELECT t1.c2 FROM t1 WHERE a = ?1 AND b = :b2',
    'SELECT t1.c2 FROM t1 WHERE a = ?1 AND b = :b2',
  ],
  [`SELECT 1 -- s3cret's`, 'SELECT ?'],
  [`/* s3cret ' */ SELECT a/* unterminated`, 'SELECT a'],
  [`INSERT INTO t VALUES ('unterminated`, 'INSERT INTO t VALUES (?'],
  ['SELECT "unterminated', 'SELECT ?'],
  ['SELECT [unterminated', 'SELECT ?'],
])('replaces the literals of %s', (text, expected) => {
  expect(sanitizeSql(text)).toBe(expected)
})

it('leaves no part of any string or number', () => {
  fc.assert(
    fc.property(fc.string(), fc.nat(), (text, number) => {
      const sql = `SELECT * FROM items WHERE name = '${text.replaceAll("'", "''")}' AND n = ${number}`
      expect(sanitizeSql(sql)).toBe('SELECT * FROM items WHERE name = ? AND n = ?')
    }),
  )
})

it.each(['1', "'", '"', '[', '/*', '--\n', '1e', 'a.', "x'"])(
  'takes no more than linear time for many %j',
  (token) => {
    const startedMs = performance.now()
    summarizeSql(sanitizeSql(token.repeat(100_000)))
    expect(performance.now() - startedMs).toBeLessThan(1000)
  },
)

it.each([
  ['select * from items', 'SELECT', 'items'],
  ['  (SELECT a FROM "items" LIMIT 1)', 'SELECT', 'items'],
  ['INSERT OR REPLACE INTO items (a) VALUES (?)', 'INSERT', 'items'],
  ['UPDATE OR IGNORE `items` SET a = 1', 'UPDATE', 'items'],
  ['DELETE FROM [items]', 'DELETE', 'items'],
  ['SELECT * FROM a JOIN b', 'SELECT', undefined],
  ['SELECT * FROM a AS x, b', 'SELECT', undefined],
  ['SELECT * FROM a WHERE id IN (SELECT id FROM b)', 'SELECT', undefined],
  ['SELECT 1', 'SELECT', undefined],
  ['PRAGMA table_list', 'PRAGMA', undefined],
  ['', 'EXEC', undefined],
])('summarizes %s', (text, operation, collection) => {
  expect(summarizeSql(text)).toEqual({ operation, collection })
})
