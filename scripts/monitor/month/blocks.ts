import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** A sample of a series, whose selector is as PromQL writes it. */
export interface Point {
  readonly selector: string
  readonly seconds: number
  readonly value: number
}

const DAY_SECONDS = 86_400

/** Turns samples into a file of OpenMetrics for each day, and those into blocks of a Prometheus' database. */
export class Blocks {
  private lines: string[] = []
  private day = -1

  private readonly directory: string
  private readonly database: string

  constructor(directory: string, database: string) {
    this.directory = directory
    this.database = database
  }

  /** Takes samples in the order of their days. */
  async add({ selector, seconds, value }: Point): Promise<void> {
    const day = Math.floor(seconds / DAY_SECONDS)
    if (day !== this.day) {
      await this.flush()
      this.day = day
    }
    this.lines.push(`${selector} ${value} ${seconds}`)
  }

  /** Makes blocks of what is left. */
  async flush(): Promise<void> {
    if (!this.lines.length) return
    const file = join(this.directory, `${this.day}.txt`)
    await writeFile(file, `${this.lines.join('\n')}\n# EOF\n`)
    this.lines = []
    const child = spawn(
      'promtool',
      ['tsdb', 'create-blocks-from', 'openmetrics', file, this.database],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    )
    let said = ''
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk
    })
    const [status] = await once(child, 'close')
    if (status !== 0) throw new Error(`Cannot make blocks: ${said.slice(-500)}`)
    await rm(file)
  }
}
