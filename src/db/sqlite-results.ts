/** SQLite's primary result codes, from 1 on, in their order: `sqlite.org/rescode.html`. */
const NAMES =
  'ERROR INTERNAL PERM ABORT BUSY LOCKED NOMEM READONLY INTERRUPT IOERR CORRUPT NOTFOUND FULL CANTOPEN PROTOCOL EMPTY SCHEMA TOOBIG CONSTRAINT MISMATCH MISUSE NOLFS AUTH FORMAT RANGE NOTADB'

/** The name of a result code, extended or not, as D1 and other clients say it: `SQLITE_CONSTRAINT`. */
export const resultName = (code: unknown): string | undefined => {
  const name = typeof code === 'number' ? NAMES.split(' ')[(code & 255) - 1] : undefined
  return name && `SQLITE_${name}`
}
