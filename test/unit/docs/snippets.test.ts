import { beforeAll, describe, expect, it } from 'vitest'
import { compileErrors } from '../../support/docs/compile.ts'
import { pages, readProjectFile, sources } from '../../support/docs/project.ts'
import { merge, snippetsOf } from '../../support/docs/snippets.ts'

const { snippets, mistakes } = merge(
  [...pages(), ...sources()].map((file) => snippetsOf(file, readProjectFile(file))),
)

// Compiled with the others, to show that a compiler looked at them.
const wrong = snippetsOf(
  'wrong.md',
  `# Wrong

\`\`\`ts
import { observability } from 'hono-observability'
observability({ traces: { ratio: 'high' } })
\`\`\`

It goes on, in a list:

-  \`\`\`ts continue
   observability({ traces: { ratio: 0.1 } })
   observability({ unknown: true })
   \`\`\`

\`\`\`ts
observability()
process.exitCode = document.title.length
\`\`\`

\`\`\`ts workers
import { healthRoutes } from 'hono-observability/health'
export const cache: KVNamespace | undefined = undefined
export const routes = healthRoutes({ checks: document })
\`\`\`
`,
)

describe('snippets in documentation', () => {
  let errors: string[] = []

  beforeAll(async () => {
    errors = await compileErrors([...snippets, ...wrong.snippets])
  }, 60_000)

  it('are found in Markdown and in JSDoc', () => {
    const files = snippets.map(({ file }) => file)
    expect(files).toContain('README.md')
    expect(files).toContain('src/app/middleware.ts')
  })

  it('are marked with words the tests understand', () => {
    expect(mistakes.join('\n')).toBe('')
  })

  it('compile against the public API', () => {
    expect(errors.filter((error) => !error.startsWith('wrong.md:')).join('\n')).toBe('')
  })

  it('are reported with line and message when they do not', () => {
    const found = errors.filter((error) => error.startsWith('wrong.md:'))
    expect(found.sort()).toEqual([
      "wrong.md:12 TS2353: Object literal may only specify known properties, and 'unknown' does not exist in type 'ObservabilityOptions'.",
      "wrong.md:16 TS2304: Cannot find name 'observability'.",
      expect.stringMatching(/^wrong\.md:23 TS2584: Cannot find name 'document'/),
      "wrong.md:5 TS2322: Type 'string' is not assignable to type 'number'.",
    ])
  })
})
