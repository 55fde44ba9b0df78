import { it } from 'vitest'
import { KINDS, useAgain, WRAPPERS } from '../unit/context/results/kept.ts'

for (const wrapper of Object.keys(WRAPPERS)) {
  it.each(Object.keys(KINDS))(`%s may be given to ${wrapper} a hundred thousand times`, (kind) =>
    useAgain(kind, wrapper, 100_000),
  )
}
