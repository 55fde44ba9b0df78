import { expect, it } from 'vitest'
import { fallbacksOf } from '../../../scripts/package/fallbacks.ts'
import { manifest } from '../../../scripts/package/stage.ts'

it('every entry is found without `exports` too', () => {
  const { exports, main, types, typesVersions } = manifest()
  // When this fails: node scripts/package/fallbacks.ts
  expect({ main, types, typesVersions }).toEqual(fallbacksOf(exports))
})

it('an entry without types of its own, such as package.json, needs nothing', () => {
  const entry = (name: string) => ({ types: `./${name}.d.ts`, default: `./${name}.js` })
  const exports = { '.': entry('a'), './b': entry('b'), './package.json': './package.json' }
  expect(fallbacksOf(exports)).toEqual({
    main: './a.js',
    types: './a.d.ts',
    typesVersions: { '*': { b: ['./b.d.ts'] } },
  })
})
