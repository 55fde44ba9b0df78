import { findProgram, hasPrograms, type Running, startProgram } from './program.ts'

const BIN = '/usr/lib/postgresql/*/bin'
const initdb = findProgram('initdb', BIN)
const postgres = findProgram('postgres', BIN)

export const hasPostgresql: boolean = hasPrograms('PostgreSQL', initdb, postgres)

/** Debian's `postgresql`: user and database are `postgres`, without a password. */
export const startPostgresql = (): Promise<Running> =>
  startProgram({
    user: 'postgres',
    prepare: (folder) => [
      initdb ?? 'initdb',
      ['-D', `${folder}/data`, '-A', 'trust', '-U', 'postgres', '--no-sync', '-E', 'UTF8'],
    ],
    serve: (folder, port) => [
      postgres ?? 'postgres',
      [
        '-D',
        `${folder}/data`,
        '-p',
        String(port),
        '-k',
        folder,
        '-F',
        '-c',
        'listen_addresses=127.0.0.1',
      ],
    ],
  })
