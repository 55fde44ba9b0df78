import { findProgram, hasPrograms, type Running, startProgram } from './program.ts'

const install = findProgram('mariadb-install-db')
const mariadbd = findProgram('mariadbd')

export const hasMariadb: boolean = hasPrograms('MariaDB', install, mariadbd)

/** Debian's `mariadb-server`: user `root`, without a password, and the database `test`. */
export const startMariadb = (): Promise<Running> =>
  startProgram({
    user: 'mysql',
    prepare: (folder) => [
      install ?? 'mariadb-install-db',
      ['--no-defaults', `--datadir=${folder}/data`, '--auth-root-authentication-method=normal'],
    ],
    serve: (folder, port) => [
      mariadbd ?? 'mariadbd',
      [
        '--no-defaults',
        `--datadir=${folder}/data`,
        `--port=${port}`,
        `--socket=${folder}/socket`,
        '--bind-address=127.0.0.1',
        '--skip-name-resolve',
        '--innodb-flush-log-at-trx-commit=0',
      ],
    ],
  })
