import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** WCAG 2.0, 2.1 and 2.2, levels A and AA, and what axe calls best practice. */
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

interface Axe {
  run: (
    context: Document,
    options: object,
  ) => Promise<{
    violations: { id: string; nodes: { html: string; failureSummary: string }[] }[]
  }>
}

/**
 * What axe-core finds wrong on the page as it is now: rule, element, reason. Where only colours are
 * other than they were, it is enough to look at these.
 */
export async function violations(page: Page, only: 'colours' | 'all' = 'all'): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(AXE)
  const runOnly =
    only === 'all' ? { type: 'tag', values: TAGS } : { type: 'rule', values: ['color-contrast'] }
  const found = await page.evaluate(async (rules) => {
    const { axe } = window as unknown as { axe: Axe }
    const options = {
      runOnly: rules,
      // Of WCAG 2.2, and off unless asked for.
      ...(rules.type === 'tag' && { rules: { 'target-size': { enabled: true } } }),
      resultTypes: ['violations'],
      preload: false,
    }
    return (await axe.run(document, options)).violations
  }, runOnly)
  return found.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} ${failureSummary}`),
  )
}
