import fc from 'fast-check'
import { expect, it } from 'vitest'
import { describeSql } from '../../../../src/bindings/sql/describe.ts'
import {
  MYSQL,
  MYSQL_TOKEN,
  POSTGRESQL,
  POSTGRESQL_TOKEN,
} from '../../../../src/bindings/sql/dialects.ts'
import { tokensOf } from '../../../../src/bindings/sql/tokens.ts'

const DIALECTS = { postgresql: POSTGRESQL, mysql: MYSQL }
type Name = keyof typeof DIALECTS

const textOf = (statement: string, dialect: Name): string =>
  describeSql(statement, DIALECTS[dialect]).text

// biome-ignore format: a table
const POSTGRESQL_TEXTS: readonly (readonly [statement: string, text: string])[] = [
  [`SELECT $$it's s3cret$$, $q$ $$ s3cret $q$, 1`, 'SELECT ?, ?, ?'],
  ['SELECT $A$ s3cret $a$ s3cret $A$ FROM t', 'SELECT ? FROM t'],
  ['SELECT $$ s3cret', 'SELECT ?'],
  ["SELECT E'it\\\\' FROM t WHERE a = b", 'SELECT ?'],
  ["SELECT E'a\\' OR s3cret' FROM t", 'SELECT ?'],
  ["SELECT 'a\\' || 's3cret'", 'SELECT ?'],
  ["SELECT B'10', x'1F', N'a', U&'a' FROM t", 'SELECT ?, ?, ?, ? FROM t'],
  ["SELECT ARRAY['s3cret', 's3cret'], a[1], b[1:2] FROM t", 'SELECT ARRAY[?, ?], a[?], b[?:?] FROM t'],
  ["SELECT '{\"a\":1}'::jsonb -> 'a' #>> '{b}' @> '1'", "SELECT ?::jsonb -> ? #>> ? @> ?"],
  ['SELECT a /* x /* s3cret */ s3cret */ FROM t', 'SELECT a'],
  ['SELECT "a", "b c" FROM "s"."t" WHERE "a" = $1', 'SELECT "a", "b c" FROM "s"."t" WHERE "a" = $1'],
  ["INSERT INTO t (a) VALUES ('x'), (-1) ON CONFLICT DO NOTHING", 'INSERT INTO t (a) VALUES (?), (?) ON CONFLICT DO NOTHING'],
  ["COPY t FROM '/tmp/s3cret'", 'COPY t FROM ?'],
  ["CREATE USER u PASSWORD 's3cret'", 'CREATE USER u PASSWORD ?'],
  ["NOTIFY c, 's3cret'", 'NOTIFY c, ?'],
  ["SELECT interval '1 day', date '2001-01-01'", 'SELECT interval ?, date ?'],
]

// biome-ignore format: a table
const MYSQL_TEXTS: readonly (readonly [statement: string, text: string])[] = [
  ['SELECT * FROM `t` WHERE a = "s3cret" AND b = \'x\'', 'SELECT * FROM `t` WHERE a = ? AND b = ?'],
  ['SELECT INTERVAL "1" DAY, "s3cret" "s3cret" FROM t', 'SELECT INTERVAL ? DAY, ? ? FROM t'],
  ['SELECT "it\\"s s3cret" FROM t', 'SELECT ?'],
  ["SELECT 'it\\'s s3cret' FROM t", 'SELECT ?'],
  ["SELECT 'a\\\\n' FROM t", 'SELECT ? FROM t'],
  ["SELECT 5--'\ns3cret', 's3cret'", 'SELECT ?--?, ?'],
  ['SELECT 1 # s3cret\nFROM t -- s3cret\n', 'SELECT ? \nFROM t'],
  ["SELECT _utf8mb4'x', 0x1F, x'1F', b'1', @a, @@b.c, :name, ?", 'SELECT _utf8mb4?, ?, ?, ?, @a, @@b.c, :name, ?'],
  ["SET PASSWORD FOR u = 's3cret'", 'SET PASSWORD FOR u = ?'],
  ['INSERT IGNORE INTO t SET a = "s3cret" ON DUPLICATE KEY UPDATE a = "s3cret"', 'INSERT IGNORE INTO t SET a = ? ON DUPLICATE KEY UPDATE a = ?'],
  ['LOAD DATA INFILE "/tmp/s3cret" INTO TABLE t', 'LOAD DATA INFILE ? INTO TABLE t'],
]

it.each(POSTGRESQL_TEXTS)('PostgreSQL’s %s has no values', (statement, text) => {
  expect(textOf(statement, 'postgresql')).toBe(text)
})

it.each(MYSQL_TEXTS)('MySQL’s %s has no values', (statement, text) => {
  expect(textOf(statement, 'mysql')).toBe(text)
})

// biome-ignore format: a table
const SUMMARIES: readonly (readonly [Name, statement: string, summary: string, operation: string, collection: string | undefined])[] = [
  ['postgresql', 'TRUNCATE TABLE ONLY orders', 'TRUNCATE orders', 'TRUNCATE', 'orders'],
  ['postgresql', 'MERGE INTO a USING b ON a.id = b.id WHEN MATCHED THEN DELETE', 'MERGE a', 'MERGE', 'a'],
  ['postgresql', 'CREATE OR REPLACE VIEW v AS SELECT 1', 'CREATE VIEW v SELECT', 'CREATE VIEW', 'v'],
  ['postgresql', 'CREATE INDEX CONCURRENTLY i ON t (a)', 'CREATE INDEX i', 'CREATE INDEX', undefined],
  ['postgresql', 'SELECT * FROM ONLY "s"."t" FOR UPDATE', 'SELECT "s"."t"', 'SELECT', 's.t'],
  ['postgresql', "SET LOCAL statement_timeout TO '1s'", 'SET', 'SET', undefined],
  ['mysql', 'SELECT * FROM `order items` o', 'SELECT `order items`', 'SELECT', 'order items'],
  ['mysql', 'SHOW TABLES', 'SHOW', 'SHOW', undefined],
  ['mysql', 'CALL p(1)', 'CALL', 'CALL', undefined],
  ['mysql', 'START TRANSACTION', 'START', 'START', undefined],
]

it.each(SUMMARIES)('%s: %s is %s', (dialect, statement, summary, operation, collection) => {
  expect(describeSql(statement, DIALECTS[dialect])).toMatchObject({
    summary,
    operation,
    collection,
  })
})

const QUOTES: Record<string, (text: string) => string> = {
  postgresql: (text) => `'${text.replaceAll("'", "''")}'`,
  mysql: (text) => `"${text.replaceAll(/["\\]/g, '\\$&')}"`,
}

it.each(Object.keys(QUOTES) as Name[])(
  'whatever a string of %s holds, it never leaves',
  (dialect) => {
    const quote = QUOTES[dialect] as (text: string) => string
    const noise = fc.string({
      unit: fc.constantFrom("'", '"', '\\', '$', '`', '-', '/*', '#', ' ', 'a', '[', '\n'),
    })
    fc.assert(
      fc.property(noise, noise, (before, after) => {
        const value = quote(`${before}s3cret${after}`)
        const described = describeSql(
          `SELECT a FROM t WHERE b = ${value} AND c = ${value} OR d IN (${value}, 4711)`,
          DIALECTS[dialect],
        )
        expect(JSON.stringify(described)).not.toMatch(/s3cret|4711/)
      }),
      { numRuns: 2000 },
    )
  },
)

it.each([
  ['postgresql', POSTGRESQL_TOKEN],
  ['mysql', MYSQL_TOKEN],
] as const)('the tokens of %s are the whole text, each of a kind', (dialect, pattern) => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const tokens = tokensOf(text, DIALECTS[dialect])
      expect(tokens.map((token) => token.text).join('')).toBe(text)
      expect(tokens.every(({ kind }) => kind)).toBe(true)
      expect(text.replaceAll(pattern, '')).toBe('')
    }),
  )
})
