import type { Notes } from './note.ts'

/** So many names of one form, or of one service, among the spans that are looked at. */
const MANY_OF_FORM = 20
const MANY_OF_SERVICE = 300

interface Sighting {
  service: string
  name: string
  example: { traceId: string; spanId: string }
}

/**
 * Counts the names of spans. A number in a name is no fault (`GET /v2/orders`); twenty names that
 * differ in nothing else are.
 */
export class SpanNames {
  readonly #forms = new Map<string, { names: Set<string>; seen: Sighting[] }>()
  readonly #services = new Map<string, Set<string>>()

  add(sighting: Sighting): void {
    const { service, name } = sighting
    const form = name.replaceAll(/[0-9a-f]{6,}|\d+/gi, '…').slice(0, 200)
    const key = JSON.stringify([service, form])
    const known = this.#forms.get(key) ?? { names: new Set(), seen: [] }
    this.#forms.set(key, known)
    known.names.add(name)
    known.seen.push(sighting)
    const names = this.#services.get(service) ?? new Set()
    this.#services.set(service, names.add(name))
  }

  lint(notes: Notes): void {
    for (const [key, { names, seen }] of this.#forms) {
      if (names.size < MANY_OF_FORM) continue
      const [service, form] = JSON.parse(key) as [string, string]
      for (const { example } of seen) {
        notes.see('span-name-cardinality', 'traces', form, service, () => MANY_NAMES, example)
      }
    }
    for (const [service, names] of this.#services) {
      if (names.size < MANY_OF_SERVICE) continue
      notes.see('span-name-cardinality', 'traces', service, service, () => ({
        ...MANY_NAMES,
        message: `This service has ${names.size} names of spans.`,
      }))
    }
  }
}

const MANY_NAMES = {
  level: 'advice' as const,
  message: 'Many span names differ only in a number or an id.',
  advice:
    'Put the id into an attribute. Names with ids cannot be grouped, and each is a series of its own.',
}
