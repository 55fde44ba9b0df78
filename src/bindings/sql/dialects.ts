import { type Dialect, KINDS } from './tokens.ts'

/**
 * PostgreSQL's, "Lexical Structure": strings between dollars and with backslashes, casts, subscripts. What is in a
 * comment within a comment may be a value: that comment goes on to the end of the text.
 */
export const POSTGRESQL_TOKEN: RegExp =
  /(\s+)|(--[^\n]*|\/\*(?:[^*/]|\*(?!\/)|\/(?!\*))*(?:\*\/|\/\*[\s\S]*|$))|([eE]'(?:[^'\\]|\\[\s\S]?|'')*(?:'|$)|(?:[bBnNxX]|[uU]&)?'(?:[^']|'')*(?:'|$)|\$\$[\s\S]*?(?:\$\$|$)|\$(?=([A-Za-z_\x80-\uffff][\w\x80-\uffff]*)\$)[\s\S]*?\$[\s\S]*?(?:\$\4\$|$)|"(?:[^"]|"")*$)|("(?:[^"]|"")*")|(\$\d+|\?|::?[A-Za-z_\x80-\uffff][\w$\x80-\uffff]*)|((?:\d[\d_]*\.?|\.\d)[\d_]*(?:[eE][+-]?\d+)?[\w$\x80-\uffff]*)|([A-Za-z_\x80-\uffff][\w$\x80-\uffff]*)|([\s\S])/g

/** MySQL's and MariaDB's, "Language Structure": double quotes are strings, and backslashes escape. */
export const MYSQL_TOKEN: RegExp =
  /(\s+)|(#[^\n]*|--(?=\s|$)[^\n]*|\/\*[\s\S]*?(?:\*\/|$))|([bnx]?'(?:[^'\\]|\\[\s\S]?|'')*(?:'|$)|"(?:[^"\\]|\\[\s\S]?|"")*(?:"|$)|`(?:[^`]|``)*$)|(`(?:[^`]|``)*`)|(\?|:[a-z_][\w$]*|@@?[\w$.\x80-\uffff]*)|((?:\d[\d_]*\.?|\.\d)[\d_]*(?:e[+-]?\d+)?[\w$\x80-\uffff]*)|([a-z_\x80-\uffff][\w$\x80-\uffff]*)|([\s\S])/gi

/** How statements of PostgreSQL, MySQL and MariaDB begin. */
const STATEMENT: RegExp =
  /^(?:INSERT|UPDATE|DELETE|REPLACE|MERGE|VALUES|TABLE|CREATE|ALTER|DROP|TRUNCATE|BEGIN|START|COMMIT|END|ROLLBACK|ABORT|SAVEPOINT|RELEASE|SET|RESET|SHOW|USE|CALL|DO|EXECUTE|PREPARE|DEALLOCATE|DECLARE|FETCH|MOVE|CLOSE|COPY|LOAD|LOCK|UNLOCK|LISTEN|UNLISTEN|NOTIFY|GRANT|REVOKE|ANALYZE|VACUUM|REINDEX|REFRESH|COMMENT|DISCARD|DESCRIBE|OPTIMIZE|KILL|FLUSH|EXPLAIN)$/

/** What may stand before a table there, such as `TRUNCATE TABLE` and `FROM ONLY`. */
const BEFORE_TARGET: RegExp = /^(?:TABLE|ONLY|LATERAL|CONCURRENTLY|IGNORE|LOW_PRIORITY|QUICK)$/

export const POSTGRESQL: Dialect = {
  token: POSTGRESQL_TOKEN,
  // One group more, for the name between two dollars.
  kinds: ['space', 'comment', 'string', 'string', ...KINDS.slice(3)],
  statement: STATEMENT,
  beforeTarget: BEFORE_TARGET,
}

export const MYSQL: Dialect = {
  token: MYSQL_TOKEN,
  kinds: KINDS,
  statement: STATEMENT,
  beforeTarget: BEFORE_TARGET,
}
