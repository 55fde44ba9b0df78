import type { Bindings } from './env.ts'
import type { Sales } from './model.ts'
import type { Trigger } from './platform.ts'
import { writeDocument } from './store/documents.ts'
import { readSales } from './store/sales.ts'
import { restock } from './store/stock.ts'

/** What is written at the end of a day. */
interface DayReport extends Sales {
  restockedPieces: number
}

/** Where the report of a day is kept. */
export const reportName = (day: string): string => `reports/${day}.json`

/** The end of a business day: the report of its sales is written, and the shelves are filled. */
export async function closeDay(trigger: Trigger, env: Bindings): Promise<void> {
  const day = new Date(trigger.scheduledTime).toISOString().slice(0, 10)
  const sales = await readSales(env.DB, day)
  const report: DayReport = { ...sales, restockedPieces: await restock(env.STOCK) }
  await writeDocument(env.DOCUMENTS, reportName(day), 'application/json', JSON.stringify(report))
}
