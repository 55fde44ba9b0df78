import type { Attributes } from '@opentelemetry/api'
import { hideIn, readProperty } from '../base/thrown.ts'
import * as ATTR from '../bindings/attributes.ts'
import { withoutValues } from '../bindings/sql/failure.ts'
import type { Client } from './client.ts'
import { resultName } from './sqlite-results.ts'

interface Failure {
  /** What the database answered, by its own codes. */
  status?: string | undefined
  type?: string | undefined
}

const readText = (error: unknown, key: string): string => {
  const value = readProperty(error, key)
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}

/** The database's code, per the conventions for each system. */
const READ: Readonly<Record<string, (error: unknown) => string | undefined>> = {
  // SQLSTATE. Bun says `errno` for it, and a word of its own as `code`.
  postgresql: (error) =>
    [readText(error, 'code'), readText(error, 'errno')].find((code) => /^[\dA-Z]{5}$/.test(code)),
  // The number, which SQLSTATE is too coarse for.
  mysql: (error) =>
    readText(error, 'sqlState') && /^\d+$/.test(readText(error, 'errno'))
      ? readText(error, 'errno')
      : undefined,
  sqlite: (error) =>
    resultName(readProperty(error, 'errcode')) ??
    /^SQLITE_[A-Z_]+$/.exec(readText(error, 'code'))?.[0] ??
    /\bSQLITE_[A-Z_]+/.exec(readText(error, 'message'))?.[0],
  // The first word of an error that the server answered.
  redis: (error) =>
    /Reply|SimpleError|BlobError|UpstashError|^Error$/.test(
      readText(readProperty(error, 'constructor'), 'name'),
    )
      ? /^[A-Z]{3,32}\b/.exec(readText(error, 'message'))?.[0]
      : undefined,
}

const failureOf = (client: Client, error: unknown): Failure => {
  const status = READ[client.system]?.(error)
  const code = readText(error, 'code')
  return {
    status,
    // The client's word, such as ER_DUP_ENTRY and ECONNREFUSED, where it has one.
    type:
      status !== undefined && client.system !== 'mysql'
        ? status
        : /^[A-Z][A-Z\d_]{2,63}$/.test(code)
          ? code
          : status,
  }
}

/** Of errors: those of a database quote values. Wherever one is recorded from now on, it is without them. */
export const failed =
  (client: Client, texts: readonly string[]) =>
  (error: unknown): Attributes | undefined => {
    hideIn(error, (message) => withoutValues(texts, message, client.dialect))
    const { status, type } = failureOf(client, error)
    return type === undefined ? undefined : { [ATTR.dbStatus]: status, [ATTR.errorType]: type }
  }
