import { expect, it } from 'vitest'
import { describeSql } from '../../../../src/bindings/sql/describe.ts'

it.each([
  ['select * from items', 'select items', 'SELECT', 'items'],
  ['  (SELECT a FROM "items" LIMIT 1)', 'SELECT "items"', 'SELECT', 'items'],
  ['INSERT OR REPLACE INTO items (a) VALUES (?)', 'INSERT items', 'INSERT', 'items'],
  ['REPLACE INTO items VALUES (1)', 'REPLACE items', 'REPLACE', 'items'],
  ['UPDATE OR IGNORE `items` SET a = 1', 'UPDATE `items`', 'UPDATE', 'items'],
  ['DELETE FROM [items]', 'DELETE [items]', 'DELETE', 'items'],
  ['SELECT * FROM a JOIN b', 'SELECT a b', 'SELECT', undefined],
  ['SELECT * FROM a AS x, b', 'SELECT a b', 'SELECT', undefined],
  ['SELECT * FROM a, b AS y JOIN c USING (d), e', 'SELECT a b c e', 'SELECT', undefined],
  ['SELECT * FROM a WHERE id IN (SELECT id FROM b)', 'SELECT a SELECT b', 'SELECT', undefined],
  ['SELECT * FROM (SELECT * FROM a) AS x, b', 'SELECT SELECT a b', 'SELECT', undefined],
  ['SELECT a.x FROM items a JOIN Items b', 'SELECT items Items', 'SELECT', 'items'],
  ['SELECT * FROM "order items"', 'SELECT "order items"', 'SELECT', 'order items'],
  ['SELECT * FROM [order items]', 'SELECT [order items]', 'SELECT', 'order items'],
  ['SELECT * FROM "say ""hi"""', 'SELECT "say ""hi"""', 'SELECT', 'say "hi"'],
  ['SELECT * FROM "main"."users"', 'SELECT "main"."users"', 'SELECT', 'main.users'],
  ['SELECT * FROM main . users u', 'SELECT main.users', 'SELECT', 'main.users'],
  ['SELECT * FROM café_ü1', 'SELECT café_ü1', 'SELECT', 'café_ü1'],
  ['SELECT 1', 'SELECT', 'SELECT', undefined],
  ['VALUES (1), (2)', 'VALUES', 'VALUES', undefined],
  ['SELECT a FROM t UNION SELECT b FROM t', 'SELECT t SELECT t', 'SELECT', 't'],
  ['INSERT INTO a SELECT * FROM b', 'INSERT a SELECT b', 'INSERT', undefined],
  ['UPDATE a SET x = b.x FROM b', 'UPDATE a b', 'UPDATE', undefined],
  // What is found by a common table expression is in the tables it reads.
  ['WITH r AS (SELECT * FROM orders) SELECT * FROM r', 'SELECT orders SELECT', 'SELECT', 'orders'],
  [
    'WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n FROM R) SELECT * FROM r JOIN t',
    'SELECT SELECT SELECT t',
    'SELECT',
    't',
  ],
  [
    'WITH a AS (SELECT 1), "b" AS (SELECT 2) INSERT INTO t SELECT * FROM a, b',
    'SELECT SELECT INSERT t SELECT',
    'INSERT',
    't',
  ],
  ['WITH a AS (SELECT 1) DELETE FROM main.a', 'SELECT DELETE main.a', 'DELETE', 'main.a'],
  ['INSERT INTO t WITH a AS (SELECT 1) SELECT * FROM a', 'INSERT t SELECT SELECT', 'INSERT', 't'],
  // An upsert updates the table that it inserts into.
  [
    'INSERT INTO t VALUES (?) ON CONFLICT (id) DO UPDATE SET a = 1, b = 2',
    'INSERT t',
    'INSERT',
    't',
  ],
  ['INSERT INTO t VALUES (1) ON CONFLICT DO NOTHING RETURNING id', 'INSERT t', 'INSERT', 't'],
  [
    'CREATE TABLE IF NOT EXISTS t (a REFERENCES u (b) ON UPDATE CASCADE)',
    'CREATE TABLE t',
    'CREATE TABLE',
    't',
  ],
  ['CREATE TEMP TABLE t AS SELECT * FROM u', 'CREATE TABLE t SELECT u', 'CREATE TABLE', undefined],
  // Its query runs when the view is read.
  ['CREATE VIEW v AS SELECT * FROM users', 'CREATE VIEW v SELECT users', 'CREATE VIEW', 'v'],
  [
    'CREATE VIEW v (a) AS WITH c AS (SELECT 1) SELECT * FROM c',
    'CREATE VIEW v SELECT SELECT',
    'CREATE VIEW',
    'v',
  ],
  ['CREATE UNIQUE INDEX i ON t (a, b)', 'CREATE INDEX i', 'CREATE INDEX', undefined],
  [
    'CREATE TRIGGER r AFTER DELETE ON t BEGIN DELETE FROM u; END;',
    'CREATE TRIGGER r DELETE u',
    'CREATE TRIGGER',
    undefined,
  ],
  ['DROP TABLE IF EXISTS main.t', 'DROP TABLE main.t', 'DROP TABLE', 'main.t'],
  ['alter  table t add column a', 'alter table t', 'ALTER TABLE', 't'],
  ['PRAGMA table_list', 'PRAGMA table_list', 'PRAGMA', undefined],
  ['EXPLAIN QUERY PLAN SELECT * FROM t', 'EXPLAIN SELECT t', 'EXPLAIN', 't'],
  ['BEGIN IMMEDIATE', 'BEGIN', 'BEGIN', undefined],
  ['SAVEPOINT s1', 'SAVEPOINT', 'SAVEPOINT', undefined],
  // `replace` is a function too, and FROM an operator.
  ["SELECT replace(a, 'b', 'c') IS DISTINCT FROM d FROM t", 'SELECT t', 'SELECT', 't'],
  ['SELECT trim(a FROM b) FROM t', 'SELECT t', 'SELECT', 't'],
  ['SELECT * FROM json_each(?), t', 'SELECT json_each t', 'SELECT', undefined],
  ['SELECT 1; SELECT a FROM t;', 'SELECT SELECT t', 'SELECT', 't'],
  ['DELETE FROM t; INSERT INTO t VALUES (1)', 'DELETE t INSERT t', 'EXEC', 't'],
  ['-- DELETE FROM x\nSELECT 1 /* FROM y */', 'SELECT', 'SELECT', undefined],
  ['hunter2 FROM t', undefined, 'EXEC', undefined],
  ['', undefined, 'EXEC', undefined],
])('%j is summarized', (statement, summary, operation, collection) => {
  const { text: _, ...described } = describeSql(statement)
  expect(described).toEqual({ summary, operation, collection })
})

it('a summary has 255 characters at most, and ends with a whole name', () => {
  const tables = Array.from({ length: 50 }, (_, index) => `a_rather_long_table_name_${index}`)
  const { summary = '' } = describeSql(`SELECT * FROM ${tables.join(', ')}`)
  expect(summary.length).toBeGreaterThan(200)
  expect(summary.length).toBeLessThanOrEqual(255)
  expect(tables).toContain(summary.split(' ').at(-1))
  expect(describeSql(`SELECT * FROM ${'t'.repeat(300)}, u`).summary).toBe('SELECT')
})
