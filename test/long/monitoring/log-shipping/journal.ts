import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

const JOURNALD = '/lib/systemd/systemd-journald'

/** Whether a journal of our own can be had: root, and systemd's programs. */
export const isJournaldHere: boolean =
  process.getuid?.() === 0 && existsSync(JOURNALD) && existsSync('/etc/machine-id')
if (!isJournaldHere) {
  console.warn('NOT TESTED: lines in the journal. Needs root and systemd-journald.')
}

/** A journal beside the machine's own, in a namespace. */
export interface Journal {
  /** Where its files are. */
  readonly directory: string
  /** Writes lines as a unit's standard output does. */
  write(lines: readonly string[]): Promise<void>
  /** Ends it, and removes what it wrote. */
  stop(): Promise<void>
}

export const startJournal = async (): Promise<Journal> => {
  const namespace = `ship${process.pid}`
  const sockets = `/run/systemd/journal.${namespace}`
  const machine = readFileSync('/etc/machine-id', 'utf8').trim()
  // In memory where the machine keeps none on its disk.
  const root = ['/var/log/journal', '/run/log/journal'].find(existsSync) ?? '/run/log/journal'
  const directory = `${root}/${machine}.${namespace}`
  const child = spawn(JOURNALD, [namespace], { stdio: 'ignore' })
  const deadlineMs = Date.now() + 30_000
  while (!existsSync(`${sockets}/stdout`) && child.exitCode === null && Date.now() < deadlineMs) {
    await sleep(50)
  }
  return {
    directory,
    async write(lines) {
      const socket = connect(`${sockets}/stdout`)
      await once(socket, 'connect')
      // Identifier, unit, priority, whether lines begin with one, and three places to send it on to.
      socket.end(['shop', '', '6', '1', '0', '0', '0', ...lines, ''].join('\n'))
      socket.resume()
      await once(socket, 'close')
    },
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        const ended = once(child, 'exit')
        child.kill('SIGTERM')
        await ended
      }
      for (const path of [sockets, directory]) rmSync(path, { recursive: true, force: true })
    },
  }
}
