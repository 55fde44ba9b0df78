import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import * as mini from 'zod/mini'
import { z as z3 } from 'zod/v3'
import { fieldPath } from '../../../../src/http/outcomes/field-path.ts'

const four = z.object({
  a: z.string().optional(),
  list: z.array(z.object({ b: z.number() })).default([]),
  pair: z.tuple([z.string(), z.object({ c: z.number() })]).rest(z.object({ d: z.number() })),
  map: z.record(z.string(), z.object({ e: z.number() })),
  either: z.union([z.object({ f: z.number() }), z.object({ g: z.object({ h: z.number() }) })]),
  both: z.intersection(z.object({ i: z.number() }), z.object({ j: z.number() })),
  piped: z.object({ k: z.number() }).transform((value) => value.k),
  get self() {
    return four.optional()
  },
  'with.dot': z.string(),
})

const three = z3.object({
  a: z3.string().optional(),
  list: z3.array(z3.object({ b: z3.number() })).default([]),
  pair: z3.tuple([z3.string(), z3.object({ c: z3.number() })]).rest(z3.object({ d: z3.number() })),
  map: z3.record(z3.object({ e: z3.number() })),
  either: z3.union([
    z3.object({ f: z3.number() }),
    z3.object({ g: z3.object({ h: z3.number() }) }),
  ]),
  both: z3.intersection(z3.object({ i: z3.number() }), z3.object({ j: z3.number() })),
  piped: z3.object({ k: z3.number() }).transform((value) => value.k),
  self: z3.lazy((): z3.ZodTypeAny => three),
  'with.dot': z3.string(),
})

const small = mini.object({
  a: mini.optional(mini.string()),
  list: mini._default(mini.array(mini.object({ b: mini.number() })), []),
  pair: mini.tuple(
    [mini.string(), mini.object({ c: mini.number() })],
    mini.object({ d: mini.number() }),
  ),
  map: mini.record(mini.string(), mini.object({ e: mini.number() })),
  either: mini.union([
    mini.object({ f: mini.number() }),
    mini.object({ g: mini.object({ h: mini.number() }) }),
  ]),
  both: mini.intersection(mini.object({ i: mini.number() }), mini.object({ j: mini.number() })),
  piped: mini.pipe(
    mini.object({ k: mini.number() }),
    mini.transform((value) => value.k),
  ),
  self: mini.lazy((): mini.core.$ZodType => small),
  'with.dot': mini.string(),
})

const PATHS: readonly (readonly [path: readonly unknown[], field: string])[] = [
  [[], ''],
  [['a'], 'a'],
  [['list', 17, 'b'], 'list[].b'],
  [['list', 17], 'list[]'],
  [['pair', 1, 'c'], 'pair[].c'],
  [['pair', 9, 'd'], 'pair[].d'],
  [['map', 'private', 'e'], 'map.*.e'],
  [['either', 'g', 'h'], 'either.g.h'],
  [['both', 'j'], 'both.j'],
  [['piped', 'k'], 'piped.k'],
  [['self', 'self', 'list', 0, 'b'], 'self.self.list[].b'],
  [['with.dot'], 'with.dot'],
  [[{ key: 'list' }, { key: 0 }, { key: 'b' }], 'list[].b'],
  // What the caller made up.
  [['private'], ''],
  [['__proto__'], ''],
  [['list', 'private'], 'list'],
  [['list', 0, 'private'], 'list[]'],
  [['a', 'private'], 'a'],
]

describe.each([
  ['zod 4', four],
  ['zod 3', three],
  ['zod/mini', small],
])('a field of a schema of %s', (_, schema) => {
  it.each(PATHS)('%j is %s', (path, field) => {
    expect(fieldPath(schema, path)).toBe(field)
  })
})

describe('a field', () => {
  it('of a schema that is not known is none, nor of one without end', () => {
    for (const schema of [undefined, null, {}, { '~standard': { vendor: 'other' } }]) {
      expect(fieldPath(schema, ['a'])).toBe('')
    }
    const endless: Record<string, unknown> = {}
    Object.assign(endless, { _def: { innerType: endless, left: endless, right: endless } })
    expect(fieldPath(endless, ['a'])).toBe('')
  })

  it('of 64 steps is the deepest that is told', () => {
    const path = Array.from({ length: 200 }, () => 'self')
    expect(fieldPath(four, path).split('.').length).toBeLessThanOrEqual(64)
  })
})
