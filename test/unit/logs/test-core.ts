import { activeContext } from '../../../src/context/async-context.ts'
import type { LoggerCore, LogScope } from '../../../src/logs/core.ts'
import { describeError } from '../../../src/logs/error.ts'
import { createLevels, type Levels } from '../../../src/logs/levels.ts'
import type { LogFields, LogRecord } from '../../../src/logs/record.ts'
import { fieldsOf as scopeFieldsOf } from '../../../src/logs/scope-fields.ts'

export interface TestCore extends LoggerCore {
  readonly records: LogRecord[]
  readonly event: LogFields
  readonly levels: Levels
  ids: LogScope
}

/** A core that keeps what it is given. */
export const createTestCore = (levels: Record<string, string> = { '*': 'all' }): TestCore => {
  const core: TestCore = {
    records: [],
    event: {},
    levels: createLevels(levels),
    ids: {},
    level: (name) => core.levels.of(name),
    write: (record) => {
      core.records.push(record)
    },
    scope: () => ({ ...core.ids, fields: scopeFieldsOf(activeContext()) }),
    set: (fields) => {
      Object.assign(core.event, fields)
    },
    describe: (error) => describeError(error),
  }
  return core
}

export const lastOf = (core: TestCore): LogRecord => core.records.at(-1) as LogRecord
