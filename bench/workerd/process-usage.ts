import { readdirSync, readFileSync } from 'node:fs'

/** CPU time of a process so far, all its threads, in microseconds. Linux only: the scheduler's own count in ns. */
export const cpuMicroseconds = (pid: number): number => {
  let nanoseconds = 0
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const [onCpu = '0'] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')
    nanoseconds += Number(onCpu)
  }
  return nanoseconds / 1000
}

/** Resident memory of a process, in MB. */
export const residentMegabytes = (pid: number): number => {
  const [, kilobytes = '0'] =
    /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kilobytes) / 1024
}
