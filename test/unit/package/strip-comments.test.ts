import { expect, it } from 'vitest'
import { withoutComments } from '../../../scripts/package/strip-comments.ts'

it('what is published has no comments but those that bundlers read', async () => {
  const code = `/** Says. */
export const a = /* @__PURE__ */ b();
class C {
    /**
     * Does.
     */
    // Why.
    d() { return 1; } // here
}
`
  expect(await withoutComments(code)).toBe(`export const a = /* @__PURE__ */ b();
class C {
    d() { return 1; } // here
}
`)
})

it.each(['const a = `\n// not one\n`;\n', 'const a = `\n/** nor this */\n`;\n'])(
  'text that looks like a comment stays: %j',
  async (code) => {
    expect(await withoutComments(code)).toBe(code)
  },
)
