import type { Rendered } from './page-of.ts'
import type { Page } from './pages.ts'

/** The site's contents for language models, as llmstxt.org has it: what it is, and a line for each page. */
export const llmsText = (
  groups: Record<string, readonly Page[]>,
  rendered: ReadonlyMap<Page, Rendered>,
): string => {
  const parts = Object.entries(groups).map(([group, pages]) => {
    const lines = pages.map((page) => {
      const { title = '', description = '' } = rendered.get(page) ?? {}
      return `- [${title}](/${page.slug}.md): ${description}`
    })
    return `## ${group}\n\n${lines.join('\n')}\n`
  })
  return `# hono-observability

> OpenTelemetry traces, metrics, logs and health for Hono apps on Cloudflare Workers, Deno, Bun and Node: one middleware, OTLP over fetch.

To add it to an app, read [the guide for agents](/agents.md) first. Everything on one page: [llms-full.txt](/llms-full.txt).

${parts.join('\n')}`
}
