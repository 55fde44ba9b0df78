import { writeFile } from 'node:fs/promises'
import { boards } from './source/boards.ts'
import { fileOf } from './source/file.ts'

// Writes dashboards/*.json, which Grafana reads.
for (const board of boards) {
  await writeFile(`${import.meta.dirname}/dashboards/${board.uid}.json`, fileOf(board))
}
