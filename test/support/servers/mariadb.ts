import { findProgram, hasPrograms, type Running, startProgram } from './program.ts'

const install = findProgram('mariadb-install-db')
const mariadbd = findProgram('mariadbd')

export const hasMariadb: boolean = hasPrograms('MariaDB', install, mariadbd)

/** Debian's `mariadb-server`: user `root`, without a password, and the database `test`. */
export const startMariadb = (...more: string[]): Promise<Running> =>
  startProgram({
    user: 'mysql',
    prepare: (folder) => [
      install ?? 'mariadb-install-db',
      [
        '--no-defaults',
        `--datadir=${folder}/data`,
        // Others may do the same beside it.
        `--tmpdir=${folder}`,
        '--auth-root-authentication-method=normal',
      ],
    ],
    serve: (folder, port) => [
      mariadbd ?? 'mariadbd',
      [
        '--no-defaults',
        `--datadir=${folder}/data`,
        `--tmpdir=${folder}`,
        `--port=${port}`,
        `--socket=${folder}/socket`,
        '--bind-address=127.0.0.1',
        '--skip-name-resolve',
        '--innodb-flush-log-at-trx-commit=0',
        ...more,
      ],
    ],
  })
