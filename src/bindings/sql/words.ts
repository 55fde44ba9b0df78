/** How statements of SQLite begin. Any other word is no operation, as it may be anything. */
export const STATEMENT: RegExp =
  /^(?:INSERT|UPDATE|DELETE|REPLACE|VALUES|CREATE|ALTER|DROP|PRAGMA|BEGIN|COMMIT|END|ROLLBACK|SAVEPOINT|RELEASE|ATTACH|DETACH|VACUUM|ANALYZE|REINDEX|EXPLAIN)$/

/** A value comes after these, also where they stand in the place of one, as the second of `NOT LIKE` does. */
export const PRECEDES_VALUE: RegExp =
  /^(?:NOT|AND|OR|IS|LIKE|GLOB|REGEXP|MATCH|ESCAPE|BETWEEN|IN|CASE|WHEN|THEN|ELSE|DISTINCT|ALL|BY|DEFAULT|EXISTS|KEY|ROWS|RANGE|GROUPS|FROM|JOIN|INTO|SET|USING|DATABASE|DELETE|UPDATE|INSERT|DO|FOR|OF)$/

/** These end a list of tables, of results, or of columns that are set. */
export const ENDS_LIST: RegExp = /^(?:WHERE|GROUP|ORDER|HAVING|LIMIT|OFFSET|VALUES)$/

/** Parentheses after these hold columns. */
export const PRECEDES_COLUMNS: RegExp = /^(?:KEY|UNIQUE|CONFLICT|USING|SET)$/

/** These are no names where a name is expected. */
export const NEVER_NAME: RegExp = /^(?:SELECT|VALUES|WITH)$/

/** What may stand between a keyword and the table it announces, such as `IF NOT EXISTS` and `OR IGNORE`. */
export const BEFORE_TARGET: RegExp = /^(?:IF|NOT|EXISTS|OR)$/

/** What may stand between CREATE or DROP and what it is of. */
export const BEFORE_KIND: RegExp =
  /^(?:TEMP|TEMPORARY|UNIQUE|VIRTUAL|OR|REPLACE|MATERIALIZED|UNLOGGED|GLOBAL|LOCAL)$/
