import { execFileSync } from 'node:child_process'

interface Process {
  pid: number
  parent: number
  state: string
}

function running(): Process[] {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,stat='], { encoding: 'utf8' })
  return lines
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .map(([pid, parent, state = '']) => ({ pid: Number(pid), parent: Number(parent), state }))
    .filter(({ state }) => !state.startsWith('Z'))
}

/** The processes that descend from `root`, itself included. */
export function familyOf(root: number): number[] {
  const all = running()
  const family = [root]
  // The list grows while it is walked.
  for (const member of family) {
    family.push(...all.filter(({ parent }) => parent === member).map(({ pid }) => pid))
  }
  return family
}

/** Those of `pids` that still run. */
export function survivors(pids: readonly number[]): number[] {
  const alive = new Set(running().map(({ pid }) => pid))
  return pids.filter((pid) => alive.has(pid))
}
