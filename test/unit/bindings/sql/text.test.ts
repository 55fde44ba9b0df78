import fc from 'fast-check'
import { expect, it } from 'vitest'
import { describeSql, MAX_STATEMENT_LENGTH } from '../../../../src/bindings/sql/describe.ts'
import { TOKEN, tokensOf } from '../../../../src/bindings/sql/tokens.ts'

const textOf = (statement: string): string => describeSql(statement).text

it.each([
  [`SELECT * FROM t WHERE a = 'it''s' AND b = 4711`, 'SELECT * FROM t WHERE a = ? AND b = ?'],
  ['SELECT 1.5e-7, .5, 5., 0xFF, -3, 1_000', 'SELECT ?, ?, ?, ?, ?, ?'],
  ['UPDATE t SET a = a+1, b = b -1', 'UPDATE t SET a = a+?, b = b -?'],
  [`SELECT x'53514c', X'00', [col 2], \`col 3\``, 'SELECT ?, ?, [col 2], `col 3`'],
  [
    'SELECT t1.c2 FROM t1 WHERE a = ?1 AND b = :b2',
    'SELECT t1.c2 FROM t1 WHERE a = ?1 AND b = :b2',
  ],
  ['SELECT ?, @a, $b, :1', 'SELECT ?, @a, $b, :1'],
  ['SELECT TRUE, false, NULL, a IS TRUE', 'SELECT ?, ?, NULL, a IS ?'],
  ['SELECT t.true AS true FROM t', 'SELECT t.true AS true FROM t'],
  ['SELECT 12abc, 0xZZ', 'SELECT ?, ?'],
  ['SELECT café_ü1, "a".[b c] FROM "naïve t"', 'SELECT café_ü1, "a".[b c] FROM "naïve t"'],
  [`SELECT 1 -- s3cret's`, 'SELECT ?'],
  [`/* s3cret ' */ SELECT a/* unterminated`, 'SELECT a'],
  ['SELECT/**/a/* b */FROM-- c\nt', 'SELECT a FROM\nt'],
  ['SELECT 1 -/**/-1', 'SELECT ? - ?'],
  [`INSERT INTO t VALUES ('unterminated`, 'INSERT INTO t VALUES (?'],
  ['SELECT "unterminated', 'SELECT ?'],
  ['SELECT a FROM "doubled at the end""', 'SELECT a FROM ?'],
  [`SELECT a FROM 'doubled at the end''`, 'SELECT a FROM ?'],
  // An apostrophe that was not doubled has ended the string: what follows was meant to be in it.
  [`INSERT INTO t VALUES ('it's my s3cret', 4711)`, 'INSERT INTO t VALUES (?'],
  [`INSERT INTO t VALUES ('it\\'s my s3cret', 'Bob's')`, 'INSERT INTO t VALUES (?'],
  ['INSERT INTO t VALUES ("5"4711, s3cret)', 'INSERT INTO t VALUES (?'],
  ['SELECT [unterminated', 'SELECT ?'],
  ['SELECT `unterminated', 'SELECT ?'],
  ['  SELECT 1;\n', 'SELECT ?;'],
  ['', ''],
])('the text of %j has no values and no comments', (statement, expected) => {
  expect(textOf(statement)).toBe(expected)
})

it.each([
  // Where a value may stand, SQLite takes what no column is named after for a string.
  ['INSERT INTO u (e) VALUES ("s3cret")', 'INSERT INTO u (e) VALUES (?)'],
  ['SELECT * FROM u WHERE e = "s3cret"', 'SELECT * FROM u WHERE e = ?'],
  [
    'SELECT a FROM t WHERE a NOT LIKE "s" ESCAPE "t"',
    'SELECT a FROM t WHERE a NOT LIKE ? ESCAPE ?',
  ],
  ['SELECT a IS NOT DISTINCT FROM "s" FROM t', 'SELECT a IS NOT DISTINCT FROM ? FROM t'],
  [
    'SELECT f("a"), CASE "b" WHEN "c" THEN "d" ELSE "e" END',
    'SELECT f(?), CASE ? WHEN ? THEN ? ELSE ? END',
  ],
  [
    'SELECT a FROM t ORDER BY "s" LIMIT "t" OFFSET "u"',
    'SELECT a FROM t ORDER BY ? LIMIT ? OFFSET ?',
  ],
  ['SELECT substr("s" FROM "t")', 'SELECT substr(? FROM ?)'],
  ['UPDATE t SET a = "s", b = "t" WHERE "u"', 'UPDATE t SET a = ?, b = ? WHERE ?'],
  [
    'DELETE FROM t WHERE a IN ("s", "t") RETURNING "u"',
    'DELETE FROM t WHERE a IN (?, ?) RETURNING ?',
  ],
  [
    'CREATE TABLE t (a DEFAULT "s" CHECK (a <> "t"))',
    'CREATE TABLE t (a DEFAULT ? CHECK (a <> ?))',
  ],
  [
    'CREATE TABLE t AS SELECT * FROM a JOIN b ON "s", c',
    'CREATE TABLE t AS SELECT * FROM a JOIN b ON ?, c',
  ],
  ['CREATE INDEX i ON t (lower("s"), "t") WHERE "u"', 'CREATE INDEX i ON t (lower(?), ?) WHERE ?'],
  ['PRAGMA user_version = "s"', 'PRAGMA user_version = ?'],
  ['PRAGMA key = s3cret', 'PRAGMA key = ?'],
  ['PRAGMA main.key(s3cret)', 'PRAGMA main.key(?)'],
  ['ATTACH DATABASE "s" AS "aux"', 'ATTACH DATABASE ? AS "aux"'],
  ['VACUUM INTO "s"', 'VACUUM INTO ?'],
  ['SELECT * FROM f("s") JOIN g("t"), h("u")', 'SELECT * FROM f(?) JOIN g(?), h(?)'],
  ['SELECT * FROM (VALUES ("s"))', 'SELECT * FROM (VALUES (?))'],
  ['CREATE VIEW v AS VALUES ("s")', 'CREATE VIEW v AS VALUES (?)'],
  ['SELECT a OR "s", "t" || b, -"u", ("v")', 'SELECT a OR ?, ? || b, -?, (?)'],
  ['SELECT a ->> "$.s"', 'SELECT a ->> ?'],
  [
    'CREATE VIRTUAL TABLE t USING fts5(a, tokenize="s")',
    'CREATE VIRTUAL TABLE t USING fts5(a, tokenize=?)',
  ],
  [
    'CREATE TRIGGER r AFTER UPDATE OF "a" ON "t" WHEN "s" BEGIN INSERT INTO t VALUES ("t"); UPDATE t SET "b" = "u"; END',
    'CREATE TRIGGER r AFTER UPDATE OF "a" ON "t" WHEN ? BEGIN INSERT INTO t VALUES (?); UPDATE t SET "b" = ?; END',
  ],
  [
    'INSERT INTO t VALUES (1) ON CONFLICT DO UPDATE SET a = 1 RETURNING "s", "t" AS "u"',
    'INSERT INTO t VALUES (?) ON CONFLICT DO UPDATE SET a = ? RETURNING ?, ? AS "u"',
  ],
  [
    'SELECT a NOT LIKE "s", b NOT GLOB "t", c NOT IN ("u"), d NOT BETWEEN "v" AND "w", e IS NOT "x"',
    'SELECT a NOT LIKE ?, b NOT GLOB ?, c NOT IN (?), d NOT BETWEEN ? AND ?, e IS NOT ?',
  ],
  [
    'SELECT sum(a) OVER (ORDER BY b ROWS "s" PRECEDING), CASE WHEN "s" THEN "t" END, DISTINCT "u"',
    'SELECT sum(a) OVER (ORDER BY b ROWS ? PRECEDING), CASE WHEN ? THEN ? END, DISTINCT ?',
  ],
  ['SELECT a FROM t EXCEPT SELECT "s", "t"', 'SELECT a FROM t EXCEPT SELECT ?, ?'],
  ['DELETE FROM t RETURNING "s", \'t\'', 'DELETE FROM t RETURNING ?, ?'],
  ['UPDATE t SET a = 1 FROM b, c LIMIT "s", "t"', 'UPDATE t SET a = ? FROM b, c LIMIT ?, ?'],
  ['SELECT a FROM t, u GROUP BY "s", "t"', 'SELECT a FROM t, u GROUP BY ?, ?'],
  [
    'SELECT a FROM t, u HAVING "s" UNION VALUES ("s"), ("t")',
    'SELECT a FROM t, u HAVING ? UNION VALUES (?), (?)',
  ],
  // What SQLite refuses is recorded too, with its failure.
  ['INSERT INTO u VALUES (a "s3cret")', 'INSERT INTO u VALUES (a ?)'],
  ['SELECT a FROM t WHERE b RLIKE "s3cret"', 'SELECT a FROM t WHERE b RLIKE ?'],
  ['SELECT a INTO "s3cret" FROM t', 'SELECT a INTO ? FROM t'],
  ['SET x TO "s3cret"', 'SET x TO ?'],
  ['"s3cret"', '?'],
])('a double-quoted token where a value may stand is a value, as in %s', (statement, expected) => {
  expect(textOf(statement)).toBe(expected)
})

it.each([
  'SELECT * FROM "t", main."u" JOIN "v" AS "w" USING ("a", "b") LEFT JOIN ("x" CROSS JOIN "y")',
  'SELECT "t"."a" AS "b", "t" . "c" "d", count(*) "n", CASE WHEN a THEN b END "e" FROM t "u"',
  'INSERT INTO "t" ("a", "b") SELECT a FROM "u" WHERE TRUE'.replace('TRUE', 'a'),
  'INSERT INTO t VALUES (?) ON CONFLICT ("a", "b") DO UPDATE SET "a" = excluded."a", "b" = ?',
  'UPDATE OR IGNORE "t" AS "u" SET "a" = ?, ("b", "c") = (?, ?) FROM "v"',
  'WITH RECURSIVE "c" ("a", "b") AS NOT MATERIALIZED (SELECT a), "d" AS (SELECT b) DELETE FROM "t"',
  'CREATE TABLE IF NOT EXISTS "s"."t" ("a" TEXT, "b" INTEGER REFERENCES "u" ("c") ON DELETE SET NULL, CONSTRAINT "k" PRIMARY KEY ("a", "b"), UNIQUE ("b"), FOREIGN KEY ("a") REFERENCES "v" ("d"))',
  'CREATE VIEW "v" ("a", "b") AS SELECT a FROM t',
  'CREATE UNIQUE INDEX IF NOT EXISTS "i" ON "t" (a)',
  'ALTER TABLE "t" RENAME COLUMN "a" TO "b"; ALTER TABLE t ADD COLUMN "c" TEXT; ALTER TABLE t RENAME TO "u"',
  'SELECT sum(a) OVER "w" FROM t INDEXED BY "i" WINDOW "w" AS (ORDER BY a COLLATE "nocase"), "x" AS ()',
  'SAVEPOINT "s"; RELEASE "s"; ROLLBACK TO "s"; DETACH "d"; DROP TABLE IF EXISTS "t"; REINDEX "t"',
])('names keep their double quotes where no value can stand: %s', (statement) => {
  expect(textOf(statement)).toBe(statement)
})

const anything = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc
    .array(
      fc.constantFrom(
        ...`SELECT FROM WHERE INSERT INTO VALUES UPDATE SET DELETE WITH AS CREATE TABLE VIEW TRIGGER BEGIN END PRAGMA JOIN ON a b.c "d" 'e' [f] \`g\` x'00' 1 -2 +3 ( ) , ; . = * ? :h -- /* */ " ' [ \` TRUE OR NOT CASE`.split(
          ' ',
        ),
        '\n',
      ),
      { maxLength: 60 },
    )
    .chain((words) => fc.constantFrom(words.join(' '), words.join(''))),
)

it('any text at all is described, and what is described already stays as it is', () => {
  fc.assert(
    fc.property(anything, (statement) => {
      const once = describeSql(statement)
      const again = describeSql(once.text)
      expect(again.text).toBe(once.text)
    }),
    { numRuns: 1000 },
  )
})

it('every character of a statement is read once: the tokens together are the text', () => {
  fc.assert(
    fc.property(anything, (statement) => {
      expect(
        tokensOf(statement)
          .map(({ text }) => text)
          .join(''),
      ).toBe(statement)
    }),
  )
})

it('no part of a string or number is in the text', () => {
  fc.assert(
    fc.property(fc.string(), fc.nat(), (string, number) => {
      const statement = `SELECT * FROM items WHERE name = '${string.replaceAll("'", "''")}' AND n = ${number}`
      expect(textOf(statement)).toBe('SELECT * FROM items WHERE name = ? AND n = ?')
    }),
  )
})

/** Of the processor, whoever else is on the machine; what is shorter than its clock can tell counts as that. */
const processorMs = (work: () => void): number => {
  const used = (): number => {
    const { user, system } = process.threadCpuUsage()
    return (user + system) / 1000
  }
  const times = [1, 2, 3].map(() => {
    const before = used()
    work()
    return used() - before
  })
  return Math.max(Math.min(...times), 4)
}

const readAll = (text: string): void => {
  for (const _ of text.matchAll(TOKEN)) {
  }
}

it.each([
  '1',
  "'",
  '"',
  '[',
  '`',
  '(',
  '/*',
  '/**/',
  '--\n',
  '1e',
  '1_',
  'a.',
  "x'",
  '"a" ',
  '" ',
  '[a] ',
  'a, ',
])('eight times as many %j take about eight times as long', (token) => {
  const growth =
    processorMs(() => readAll(token.repeat(128_000))) /
    processorMs(() => readAll(token.repeat(16_000)))
  // If the time for each token grew with the text, it were 64.
  expect(growth).toBeLessThan(32)
})

it('of a huge statement, the beginning is described, with no part of a value that is cut', () => {
  const { text, summary, collection } = describeSql(
    `INSERT INTO items VALUES ${`("s3cret", 's3cret', 4711), `.repeat(10_000)}`,
  )
  expect(text.length).toBeLessThanOrEqual(MAX_STATEMENT_LENGTH)
  expect(text).not.toMatch(/s3c|47/)
  expect({ summary, collection }).toEqual({ summary: 'INSERT items', collection: 'items' })
  for (const length of [1, 2, 3, 4, 5, 6, 7, 8, 9]) {
    const start = `SELECT ${'a, '.repeat(5_000)}`
    const pad = ' '.repeat(MAX_STATEMENT_LENGTH - start.length - length)
    for (const value of [
      `"s3cret s3cret"`,
      `'s3cret s3cret'`,
      '4711471147114711',
      '/* s3cret s3cret */',
    ]) {
      expect(textOf(start + pad + value)).not.toMatch(/s3|47/)
    }
  }
})
