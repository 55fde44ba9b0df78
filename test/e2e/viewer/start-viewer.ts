import { join } from 'node:path'
import type { Answer } from '../../unit/viewer/suite/backend.ts'
import { run, type Start } from '../start/start.ts'

const main = join(import.meta.dirname, '../../../viewer/main.ts')

/** A viewer in a process of its own. */
export interface RunningViewer extends Start {
  /** Without a trailing slash. */
  url: string
  get(path: string): Promise<Answer>
  /** Asks again until the predicate holds. */
  until(path: string, predicate: (answer: Answer) => boolean): Promise<Answer>
  stop(signal?: NodeJS.Signals): Promise<number | NodeJS.Signals | null>
}

/** Runs the command, and resolves when it listens. */
export async function startViewer(...args: string[]): Promise<RunningViewer> {
  const started = run(process.execPath, [main, '--port', '0', ...args])
  const url = await listening(started)
  const get = async (path: string): Promise<Answer> => (await fetch(url + path)).json()
  return {
    ...started,
    url,
    get,
    async until(path, predicate) {
      for (let i = 0; i < 200; i++) {
        const answer = await get(path)
        if (predicate(answer)) return answer
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
      throw new Error(`Cannot wait for ${path}: ${JSON.stringify(await get(path))}`)
    },
    stop(signal = 'SIGTERM') {
      started.child.kill(signal)
      return started.exit
    },
  }
}

/** Starts the command. */
export const viewerCommand = (...args: string[]): Start => run(process.execPath, [main, ...args])

/** Runs the command to its end. */
export async function runViewer(
  ...args: string[]
): Promise<{ code: number | NodeJS.Signals | null; output: string; errors: string }> {
  const started = viewerCommand(...args)
  return { code: await started.exit, output: started.output(), errors: started.errors() }
}

async function listening({ output, errors, child }: Start): Promise<string> {
  for (let i = 0; i < 600; i++) {
    const url = /http:\/\/\S+/.exec(output())?.[0]
    if (url && output().includes('Ctrl+C')) return url
    if (child.exitCode !== null) break
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error(`Cannot start the viewer: ${errors()}`)
}
