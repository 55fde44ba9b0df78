export { instrumentDatabase } from '../db/instrument-database.ts'
export type { DatabaseOptions } from '../db/options.ts'
