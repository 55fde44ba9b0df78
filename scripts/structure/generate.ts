/** Draws the floors of ARCHITECTURE.md anew: `node scripts/structure/generate.ts`. */
import { readFileSync, writeFileSync } from 'node:fs'
import { withDiagram } from './diagram.ts'
import { floors } from './floors.ts'

const page = new URL('../../ARCHITECTURE.md', import.meta.url)
writeFileSync(page, withDiagram(readFileSync(page, 'utf8'), floors))
