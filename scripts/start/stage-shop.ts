import { cpSync, rmSync, symlinkSync } from 'node:fs'
import { basename, join } from 'node:path'
import { stageLibrary } from '../package/stage.ts'

const root = join(import.meta.dirname, '../..')

/** What belongs to this repository rather than to the example. */
const NOT_COPIED = ['.data', 'tsconfig.json']

/** Compiles the package into `folder`, and puts the example there, which imports it by its name as any app does. */
export function stageShop(folder: string): void {
  rmSync(folder, { recursive: true, force: true })
  stageLibrary(folder)
  cpSync(join(root, 'examples/shop'), join(folder, 'examples/shop'), {
    recursive: true,
    filter: (path) => !NOT_COPIED.includes(basename(path)),
  })
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'dir')
}
