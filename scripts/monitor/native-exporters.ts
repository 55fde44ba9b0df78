import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Profile } from './options.ts'
import type { Ports } from './ports.ts'
import type { Programs } from './programs.ts'
import { mysqlClient, readSecret, redisPasswords } from './secrets.ts'
import type { ServerOptions } from './server-process.ts'

/** Which databases exporters are to read, and where. */
export interface NativeExporters {
  readonly profiles: readonly Profile[]
  /** The folder of secrets, with a password for each exporter. */
  readonly secrets: string
  /** `POSTGRES_ADDRESS`, `MYSQL_ADDRESS`, `REDIS_ADDRESS`. Default: the usual ports of this machine. */
  readonly env: NodeJS.ProcessEnv
}

/** An exporter as a plain process, and the job by which rules know it. */
export interface NativeExporter extends Omit<ServerOptions, 'logFile'> {
  readonly job: string
  readonly port: number
  /** There is one already, such as Debian's own service: it is read as it is. */
  readonly isRunning: boolean
}

const isNodeExporter = async (port: number): Promise<boolean> => {
  try {
    // What holds the port may never answer.
    const signal = AbortSignal.timeout(5000)
    const response = await fetch(`http://127.0.0.1:${port}/metrics`, { signal })
    return (await response.text()).includes('node_exporter_build_info')
  } catch {
    return false
  }
}

/** What would need the right to see what everybody asks. */
const MYSQL_WITHOUT = ['innodb_cmp', 'innodb_cmpmem', 'query_response_time'].map(
  (name) => `--no-collect.info_schema.${name}`,
)

type ExporterName = 'node' | 'postgresExporter' | 'mysqldExporter' | 'redisExporter'

/** The exporters that are on this machine and have something to read; and those that are not here. */
export async function nativeExporters(
  { profiles, secrets, env }: NativeExporters,
  { directory, ports, programs }: { directory: string; ports: Ports; programs: Programs },
): Promise<{ exporters: NativeExporter[]; missing: string[] }> {
  const exporters: NativeExporter[] = []
  const missing: string[] = []
  const add = (
    name: ExporterName,
    job: string,
    program: string | undefined,
    options: Pick<ServerOptions, 'args' | 'env'>,
    isRunning = false,
  ): void => {
    const packaged = `prometheus-${name.replace('Exporter', '')}-exporter`
    if (!program) {
      missing.push(`${job}'s exporter (apt install ${packaged})`)
      return
    }
    const port = ports[name]
    exporters.push({
      name: packaged,
      job,
      port,
      isRunning,
      program,
      ...options,
      args: [`--web.listen-address=127.0.0.1:${port}`, ...options.args],
      ports: { [name]: port },
      readyUrl: `http://127.0.0.1:${port}/`,
    })
  }
  const file = async (name: string, content: string): Promise<string> => {
    const path = join(directory, name)
    await writeFile(path, content, { mode: 0o600 })
    return path
  }
  await mkdir(directory, { recursive: true })
  add('node', 'node', programs.nodeExporter, { args: [] }, await isNodeExporter(ports.node))
  if (profiles.includes('postgres')) {
    add('postgresExporter', 'postgres', programs.postgresExporter, {
      args: [],
      env: {
        DATA_SOURCE_URI: env.POSTGRES_ADDRESS || '127.0.0.1:5432/postgres?sslmode=disable',
        DATA_SOURCE_USER: 'exporter',
        DATA_SOURCE_PASS_FILE: join(secrets, 'postgres_exporter_password'),
      },
    })
  }
  if (profiles.includes('mysql')) {
    const [host, port] = (env.MYSQL_ADDRESS || '127.0.0.1:3306').split(':')
    const client = mysqlClient(await readSecret(secrets, 'mysqld_exporter_password'))
    const config = await file('mysqld-exporter.cnf', `${client}host = ${host}\nport = ${port}\n`)
    add('mysqldExporter', 'mysql', programs.mysqldExporter, {
      args: [`--config.my-cnf=${config}`, ...MYSQL_WITHOUT],
    })
  }
  if (profiles.includes('redis')) {
    const address = env.REDIS_ADDRESS || '127.0.0.1:6379'
    const password = await readSecret(secrets, 'redis_exporter_password')
    add('redisExporter', 'redis', programs.redisExporter, {
      args: ['--config-command=-'],
      env: {
        REDIS_ADDR: `redis://${address}`,
        REDIS_USER: 'exporter',
        REDIS_PASSWORD_FILE: await file('redis-passwords', redisPasswords(address, password)),
      },
    })
  }
  return { exporters, missing }
}
