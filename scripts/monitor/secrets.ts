import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chmod, mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** Passwords that are made up if there are none. */
const RANDOM = [
  'grafana_admin_password',
  'elastic_password',
  'otlp_token',
  ...['postgres', 'mysqld', 'redis'].map((name) => `${name}_exporter_password`),
]

/** Who exporters are to their databases. */
const EXPORTER = 'exporter'

/** The user and the password of an exporter as MySQL's clients read them. */
export const mysqlClient = (password: string): string =>
  `[client]\nuser = ${EXPORTER}\npassword = "${password}"\n`

/** The password of an exporter by the address of its Redis: older exporters look for it without the user. */
export const redisPasswords = (address: string, password: string): string =>
  JSON.stringify({
    [`redis://${EXPORTER}@${address}`]: password,
    [`redis://${address}`]: password,
  })

/** What only you can have; empty until you put it there. */
const YOURS = ['tls_cert', 'tls_key']

/** As those, and only for who has a use for it: `--profile archive`. */
const OPTIONAL = ['archive_credentials']

/** Where the stack's secrets are: `MONITOR_SECRETS`, or a folder outside of the repository. */
export const secretsDirectory = (env: NodeJS.ProcessEnv = process.env): string =>
  env.MONITOR_SECRETS ||
  join(
    env.XDG_STATE_HOME || join(homedir(), '.local', 'state'),
    'hono-observability',
    'monitor-secrets',
  )

/**
 * Makes the secrets that are not there. The folder is yours alone; files in it can be read by the users of
 * the containers, to which they are given one by one.
 */
export async function prepareSecrets(
  directory: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<void> {
  await mkdir(join(directory, 'alertmanager'), { recursive: true })
  await chmod(directory, 0o700)
  await chmod(join(directory, 'alertmanager'), 0o755)
  const write = async (name: string, content: string): Promise<void> => {
    const path = join(directory, name)
    if (existsSync(path)) return
    await writeFile(path, content, { flag: 'wx', mode: 0o644 })
  }
  for (const name of RANDOM) await write(name, randomBytes(24).toString('base64url'))
  for (const name of [...YOURS, ...OPTIONAL]) await write(name, '')
  // The forms in which two of the exporters take theirs. They follow the password, which may be changed.
  const again = async (name: string, content: string): Promise<void> => {
    await writeFile(join(directory, name), content, { mode: 0o644 })
  }
  const password = (name: string): Promise<string> =>
    readSecret(directory, `${name}_exporter_password`)
  await again('mysqld_exporter_cnf', mysqlClient(await password('mysqld')))
  await again(
    'redis_exporter_passwords',
    redisPasswords(env.REDIS_ADDRESS || 'host.docker.internal:6379', await password('redis')),
  )
}

/** The files that Alertmanager's configuration names, without which it would page nobody. */
export const channelSecrets = (alertmanagerYaml: string): string[] => {
  const names = [...alertmanagerYaml.matchAll(/_file: secrets\/(\w+)/g)].map(([, name]) => name)
  return [...new Set(names)].map((name) => `alertmanager/${name}`)
}

/** Those of the files that are empty, or not there. */
export async function missingFiles(directory: string, names: readonly string[]): Promise<string[]> {
  const sizes = await Promise.all(
    names.map((name) =>
      stat(join(directory, name)).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  )
  return names.filter((_, index) => !sizes[index])
}

/** Secrets that production needs and that are empty, or not there. */
export const missingSecrets = (directory: string, alertmanagerYaml: string): Promise<string[]> =>
  missingFiles(directory, [...YOURS, ...channelSecrets(alertmanagerYaml)])

/** The content of one. */
export const readSecret = async (directory: string, name: string): Promise<string> =>
  (await readFile(join(directory, name), 'utf8')).trim()
