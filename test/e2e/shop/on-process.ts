import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { openNodeSqlite } from '../../../examples/shop/src/local/node-sqlite.ts'
import { openShopDatabase } from '../../../examples/shop/src/local/open-shop-database.ts'
import { stockRooms } from '../../../examples/shop/src/local/stock-rooms.ts'
import { type ProcessRuntime, shopCommand } from '../../../scripts/start/runtimes.ts'
import { freePorts } from '../start/start.ts'
import type { RunningShop } from './running-shop.ts'

/** The shop in a process of its own. */
export interface ShopProcess extends RunningShop {
  /** Ends the process. Resolves to its exit code, or the signal that ended it. */
  end(signal: NodeJS.Signals): Promise<number | string>
  /** Starts it again, at the same address and on the same database. */
  start(): Promise<void>
}

/** Starts the shop of a staged package on a runtime. */
export async function onProcess(
  runtime: ProcessRuntime,
  folder: string,
  vars: Record<string, string>,
): Promise<ShopProcess> {
  const dir = mkdtempSync(join(tmpdir(), 'shop-'))
  const path = join(dir, 'shop.db')
  const [port = ''] = await freePorts(1)
  const [command, ...args] = shopCommand(runtime, folder)
  let child: ChildProcess | undefined
  let said = ''

  const run = (...more: string[]): ChildProcess => {
    const started = spawn(command, [...args, ...more], {
      // Not in the project: nothing is to be found there by chance.
      cwd: dir,
      env: {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        PORT: port,
        SHOP_DATABASE: path,
        ...vars,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    for (const stream of [started.stdout, started.stderr]) {
      stream?.on('data', (chunk) => {
        said += chunk
      })
    }
    return started
  }
  const exitOf = async (ending: ChildProcess): Promise<number | string> => {
    const [code, signal] = await once(ending, 'exit')
    return code ?? signal
  }
  const start = async (): Promise<void> => {
    said = ''
    child = run()
    for (let i = 0; i < 1000 && !said.includes('The shop is at'); i++) {
      await new Promise((resolve) => setTimeout(resolve, 10))
      if (child.exitCode !== null) break
    }
    if (!said.includes('The shop is at')) {
      throw new Error(`Cannot start the shop on ${runtime}, it said: ${said}`)
    }
  }
  const end = async (signal: NodeJS.Signals): Promise<number | string> => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return 'ended before'
    const exit = exitOf(child)
    child.kill(signal)
    return exit
  }

  await start()
  return {
    url: `http://127.0.0.1:${port}`,
    start,
    end,
    async closeDay(time) {
      const code = await exitOf(run('close-day', time.toISOString().slice(0, 10)))
      if (code !== 0)
        throw new Error(`Cannot close the day: it ended with ${code} and said: ${said}`)
    },
    async deliver(events) {
      // As if the process had ended before it came to them.
      await end('SIGTERM')
      const db = new DatabaseSync(path)
      const insert = db.prepare("INSERT INTO tasks VALUES ('order.placed', ?, ?, '{}')")
      events.forEach((event, index) => {
        insert.run(String(index), JSON.stringify(event))
      })
      db.close()
      await start()
    },
    async hold(orderId, items) {
      const db = openShopDatabase(openNodeSqlite, path)
      const short = await stockRooms(db, vars.HOLD_SECONDS)
        .getByName('main')
        .reserve(orderId, items)
      db.close()
      return short
    },
    async rows(query) {
      const db = new DatabaseSync(path, { readOnly: true })
      const rows = db.prepare(query).all()
      db.close()
      return rows.map((row) => ({ ...row }))
    },
    async stop() {
      await end('SIGKILL')
      rmSync(dir, { recursive: true, force: true })
    },
  }
}
