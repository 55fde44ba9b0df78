/**
 * Builds what is published into a folder.
 *
 *   node scripts/package/main.ts <folder>
 */
import { resolve } from 'node:path'
import { stagePackage } from './stage.ts'

const [folder] = process.argv.slice(2)
if (!folder) {
  throw new Error('Cannot stage: a folder must be given')
}
stagePackage(resolve(folder))
