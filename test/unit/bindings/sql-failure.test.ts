import { describe, expect, it } from 'vitest'
import { exceptionAttributes } from '../../../src/base/thrown.ts'
import { sqliteFailure } from '../../../src/bindings/sql/failure.ts'
import { exceptionFields } from '../../../src/logs/error.ts'

const VALUES = /alice|topsecret|4111/

const CASES: readonly (readonly [statement: string, message: string, recorded: string])[] = [
  [
    "INSERT INTO u(id,email,pw) VALUES (1,'alice@example.com','topsecret')",
    "D1_EXEC_ERROR: Error in line 1: INSERT INTO u(id,email,pw) VALUES (1,'alice@example.com','topsecret'): UNIQUE constraint failed: u.id: SQLITE_CONSTRAINT",
    'D1_EXEC_ERROR: Error in line 1: INSERT INTO u(id,email,pw) VALUES (?,?,?): UNIQUE constraint failed: u.id: SQLITE_CONSTRAINT',
  ],
  [
    "SELECT 1;\n  UPDATE nope SET email='alice' WHERE pw=4111  ",
    "D1_EXEC_ERROR: Error in line 2: UPDATE nope SET email='alice' WHERE pw=4111: no such table: nope: SQLITE_ERROR",
    'D1_EXEC_ERROR: Error in line 2: UPDATE nope SET email=? WHERE pw=?: no such table: nope: SQLITE_ERROR',
  ],
  [
    "SELECT json_extract('{}', 'alice')",
    "D1_ERROR: bad JSON path: 'alice': SQLITE_ERROR",
    "D1_ERROR: bad JSON path: '?': SQLITE_ERROR",
  ],
  [
    "SELECT 'it's alice",
    'D1_ERROR: unrecognized token: "\' alice "topsecret"": SQLITE_ERROR',
    'D1_ERROR: unrecognized token: "?": SQLITE_ERROR',
  ],
  [
    'SELECT * FORM users',
    'D1_ERROR: near "FORM": syntax error at offset 9: SQLITE_ERROR',
    'D1_ERROR: near "FORM": syntax error at offset 9: SQLITE_ERROR',
  ],
  [
    'SELECT * FROM u WHERE email = "alice"',
    'D1_ERROR: no such column: alice at offset 30: SQLITE_ERROR',
    'D1_ERROR: no such column: ? at offset 30: SQLITE_ERROR',
  ],
]

describe('what a failed statement says', () => {
  it.each(CASES)('of %s holds no value of it', (statement, message, recorded) => {
    const cause = new Error(message.replace('D1_ERROR: ', ''))
    const error = new Error(message, { cause })
    sqliteFailure([statement])(error)
    const attributes = exceptionAttributes(error)
    expect(attributes['exception.message']).toBe(recorded)
    expect(attributes['exception.stacktrace']).toContain('sql-failure.test.ts')
    expect(JSON.stringify([attributes, exceptionAttributes(cause)])).not.toMatch(VALUES)
    expect(exceptionFields(error)['exception.message']).toBe(recorded)
    expect(error.message).toBe(message)
  })
})
