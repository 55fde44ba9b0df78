import { expect, it } from 'vitest'
import * as checks from '../../../src/base/checks.ts'
import { coarseRedactor } from '../../../src/base/coarse-redactor.ts'
import { headers, pairs } from '../../../src/base/environment.ts'
import { mustBe } from '../../../src/base/messages.ts'
import { createRedactor } from '../../../src/logs/redact.ts'
import { propagateTo } from '../../../src/traces/propagation.ts'

const texts = [headers, pairs, propagateTo, ...Object.values(checks)]
  .map((check) => (check as { expected?: string }).expected)
  .filter((expected) => expected !== undefined)

it.each([...new Set(texts)])('a warning can say that a variable must be %s', (expected) => {
  for (const variable of ['OTEL_EXPORTER_OTLP_HEADERS', 'OTEL_EXPORTER_OTLP_ENDPOINT']) {
    const text = mustBe(variable, expected, 'x')
    expect(coarseRedactor.text(text)).toBe(text)
    expect(createRedactor().text(text)).toBe(text)
  }
})
