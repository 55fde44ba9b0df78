import { afterAll, expect } from 'vitest'
import { SEED } from './fuzz/arbitraries.ts'
import { ran } from './fuzz/check.ts'
import './fuzz/headers.ts'
import './fuzz/urls.ts'
import './fuzz/messages.ts'
import './fuzz/collectors.ts'
import './fuzz/environment.ts'

afterAll(() => {
  const total = [...ran.values()].reduce((sum, count) => sum + count, 0)
  console.info(`fuzz: ${total} inputs in ${ran.size} properties, seed ${SEED}`)
  expect(total).toBeGreaterThanOrEqual(200_000)
})
