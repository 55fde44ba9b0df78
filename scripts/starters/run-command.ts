import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'

interface Place {
  cwd: string
  env?: Record<string, string | undefined>
}

const IS_WINDOWS = process.platform === 'win32'

/** Longest that installing or building may take. */
const PREPARE_MS = 240_000
/** Longest until a server listens, on a busy machine with a cold cache of the tools. */
const LISTEN_MS = 60_000

const start = (command: readonly string[], { cwd, env }: Place): ChildProcess => {
  const [program = '', ...args] = command
  return spawn(program, args, {
    cwd,
    env: { ...process.env, NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // npm's commands are scripts there, which only a shell starts.
    shell: IS_WINDOWS,
    // Elsewhere a process group, so that what a tool started ends with it.
    detached: !IS_WINDOWS,
  })
}

const kill = (child: ChildProcess, signal: NodeJS.Signals): void => {
  if (IS_WINDOWS) {
    spawnSync('taskkill', ['/pid', String(child.pid), '/t', '/f'])
    return
  }
  try {
    process.kill(-Number(child.pid), signal)
  } catch {
    // It has ended by itself.
  }
}

const listen = (child: ChildProcess): { said(): string } => {
  let text = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
    })
  }
  return { said: () => text }
}

const tail = (text: string): string => text.trimEnd().split('\n').slice(-40).join('\n')

/** Runs a command to its end. Throws with what it wrote when it fails. */
export const runCommand = async (command: readonly string[], place: Place): Promise<string> => {
  const child = start(command, place)
  const { said } = listen(child)
  const timer = setTimeout(() => kill(child, 'SIGKILL'), PREPARE_MS)
  const code = await new Promise((resolve) => {
    child.once('error', resolve)
    child.once('close', (status, signal) => resolve(status ?? signal))
  })
  clearTimeout(timer)
  if (code !== 0) {
    throw new Error(`${command.join(' ')} ended with ${code}:\n${tail(said())}`)
  }
  return said()
}

export interface RunningServer {
  url: string
  said(): string
  stop(): Promise<void>
}

/** Starts a command that serves. Resolves when it answers on `port`, on whatever loopback address it took. */
export const startServer = async (
  command: readonly string[],
  place: Place,
  port: number,
): Promise<RunningServer> => {
  const child = start(command, place)
  const { said } = listen(child)
  const closed = once(child, 'close').catch(() => undefined)
  let failure: unknown
  child.once('error', (error) => {
    failure = error
  })
  const stop = async (): Promise<void> => {
    kill(child, 'SIGTERM')
    const timer = setTimeout(() => kill(child, 'SIGKILL'), 3000)
    await closed
    clearTimeout(timer)
    kill(child, 'SIGKILL')
  }
  const deadline = performance.now() + LISTEN_MS
  while (performance.now() < deadline && child.exitCode === null && !failure) {
    for (const host of ['127.0.0.1', '[::1]']) {
      const url = `http://${host}:${port}`
      // Not a route of the app: what is asked here is not what is counted.
      if (
        await fetch(`${url}/is-it-there`).then(
          () => true,
          () => false,
        )
      ) {
        return { url, said, stop }
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  await stop()
  throw new Error(`${command.join(' ')} does not serve: ${failure ?? ''}\n${tail(said())}`)
}
