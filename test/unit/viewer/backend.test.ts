import { createViewer, openNodeSql } from '../../../viewer/index.ts'
import { allTests } from './suite/all.ts'
import type { Open } from './suite/backend.ts'

const open: Open = async (options = {}) => {
  const viewer = createViewer({ sql: openNodeSql(), ...options })
  return (path, init) => viewer.fetch(new Request(`http://localhost:4318${path}`, init))
}

allTests(open)
