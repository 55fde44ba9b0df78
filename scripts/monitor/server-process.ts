import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

export interface ServerOptions {
  readonly name: string
  readonly program: string
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** Answers with a success once the server is ready. */
  readonly readyUrl: string
  /** Where it listens on 127.0.0.1, by the names that `--port` knows. */
  readonly ports?: Readonly<Record<string, number>>
  /** What it writes goes here. */
  readonly logFile: string
  /** Default 30,000. */
  readonly timeoutMs?: number
}

export interface ServerProcess {
  readonly name: string
  readonly pid: number | undefined
  /** Ends it: asks, and after 5 seconds makes it. */
  stop(): Promise<void>
}

const isTaken = async (port: number): Promise<boolean> => {
  const socket = connect(port, '127.0.0.1')
  const taken = await once(socket, 'connect').then(
    () => true,
    () => false,
  )
  socket.destroy()
  return taken
}

/**
 * Starts a server and waits until it is ready. What answers is ours: nobody listened before.
 *
 * @throws Error with the end of its log if it ends before, or is not ready in time; or if one of its ports is taken.
 */
export async function startServer(options: ServerOptions): Promise<ServerProcess> {
  const { name, program, args, env, readyUrl, ports = {}, logFile, timeoutMs = 30_000 } = options
  for (const [port, number] of Object.entries(ports)) {
    if (await isTaken(number)) {
      throw new Error(
        `Cannot start ${name}: somebody listens on 127.0.0.1:${number} already. ` +
          `Stop it, or choose another port: --port ${port}=<number>`,
      )
    }
  }
  const log = createWriteStream(logFile)
  await once(log, 'open')
  const child = spawn(program, args, {
    stdio: ['ignore', log, log],
    env: { ...process.env, ...env },
  })
  let failure: string | undefined
  child.on('error', (error) => {
    failure = error.message
  })
  const ended = (): boolean =>
    failure !== undefined || child.exitCode !== null || !!child.signalCode
  const server: ServerProcess = {
    name,
    pid: child.pid,
    async stop() {
      if (!ended()) {
        const exit = once(child, 'exit')
        child.kill('SIGTERM')
        const force = setTimeout(() => child.kill('SIGKILL'), 5000)
        await exit
        clearTimeout(force)
      }
      log.close()
    },
  }
  const deadline = Date.now() + timeoutMs
  while (!ended() && Date.now() < deadline) {
    const response = await fetch(readyUrl, { signal: AbortSignal.timeout(1000) }).catch(() => {})
    await response?.body?.cancel()
    if (response?.ok && !ended()) return server
    await sleep(100)
  }
  await server.stop()
  const said = (await readFile(logFile, 'utf8')).split('\n').slice(-8).join('\n')
  throw new Error(`Cannot start ${name}: ${failure ?? said}`)
}
