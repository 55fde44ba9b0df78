import { builtin } from '../../process/builtin.ts'
import { realProcess } from '../../process/real-process.ts'
import type { CheckOptions, HealthCheck } from '../check.ts'
import { megabytes, type UtilizationOptions, untold, utilizationFinding } from './utilization.ts'

/** Settings of {@link disk}. Shares are of what is used: 0.8 to warn and 0.95 to fail unless you say so. */
export interface DiskCheckOptions extends CheckOptions, UtilizationOptions {
  /** Write a small file there, read it and delete it, so that a read-only or broken file system fails. Default false. */
  write?: boolean
}

interface FileSystem {
  statfs?(path: string): Promise<{ bsize: number; blocks: number; bavail: number }>
  writeFile(path: string, text: string): Promise<void>
  readFile(path: string, encoding: 'utf8'): Promise<string>
  unlink(path: string): Promise<void>
}

/**
 * Checks the file system that holds a directory, on Deno, Bun and Node: how full it is for this process and, with
 * `write`, whether it takes and gives back a file; only then is it critical, unless you say otherwise. On Workers, which have none, it is `warn`. Deno needs `--allow-read`
 * and, to write, `--allow-write` of the directory.
 *
 * @param path A directory of the file system. Default: the current one.
 *
 * @example
 * ```ts
 * import { healthRoutes } from 'hono-observability/health'
 * import { disk } from 'hono-observability/process'
 *
 * export const health = healthRoutes({ checks: { uploads: disk('/var/uploads', { write: true }) } })
 * ```
 */
export const disk = (path = '.', options: DiskCheckOptions = {}): HealthCheck => {
  const { warnAbove = 0.8, failAbove = 0.95, write = false } = options
  return {
    critical: write,
    ...options,
    componentType: 'system',
    componentId: 'disk',
    run: async () => {
      const files = realProcess() && builtin<FileSystem>('fs/promises')
      if (!files?.statfs) {
        return untold('its file system')
      }
      if (write) {
        await writeAndRead(files, path)
      }
      const { bsize, blocks, bavail } = await files.statfs(path)
      const used = (blocks - bavail) * bsize
      const all = blocks * bsize
      return utilizationFinding(
        all ? used / all : 0,
        { warnAbove, failAbove },
        `${megabytes(used)} of ${megabytes(all)} used`,
      )
    },
  }
}

const writeAndRead = async (files: FileSystem, path: string): Promise<void> => {
  // A name of its own each time: processes may share the directory.
  const text = crypto.randomUUID()
  const file = `${path}/.health-${text}`
  await files.writeFile(file, text)
  try {
    if ((await files.readFile(file, 'utf8')) !== text) {
      throw new Error('read something else than was written')
    }
  } finally {
    await files.unlink(file)
  }
}
