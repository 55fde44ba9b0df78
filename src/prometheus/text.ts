import type { Attributes, AttributeValue } from '@opentelemetry/api'
import { isPlainName, labelName } from '../metrics/prometheus-names.ts'

const ESCAPES: Record<string, string> = {
  '\\': '\\\\',
  '"': '\\"',
  '\n': '\\n',
  // Prometheus takes it for the end of everything.
  '\0': '\uFFFD',
}

/** Escapes the value of a label, a quoted name, or OpenMetrics help. */
export const escapeText = (text: string): string =>
  text.replace(/[\\"\n\0]/g, (character) => ESCAPES[character] ?? '')

const quoted = (name: string): string => (isPlainName(name) ? name : `"${escapeText(name)}"`)

export const formatNumber = (value: number): string =>
  Number.isFinite(value) ? String(value) : Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf'

/** Milliseconds as seconds. */
export const formatTime = (ms: number): string => String(ms / 1000)

const valueText = (value: AttributeValue): string =>
  typeof value === 'object' ? JSON.stringify(value) : String(value)

/**
 * Attributes as `name="value"` pairs, sorted. Names that become one by sanitising are one label, its values
 * joined by `;` in the order of the original names, as the specification says.
 */
export const formatLabels = (
  attributes: Attributes,
  keepsUtf8: boolean,
  isHistogram = false,
): string => {
  const labels = new Map<string, string>()
  for (const key of Object.keys(attributes).sort()) {
    const value = attributes[key]
    if (value != null) {
      let name = labelName(key, keepsUtf8)
      if (isHistogram && name === 'le') {
        // The buckets' own; Prometheus gives labels this prefix when they are in the way.
        name = 'exported_le'
      }
      const before = labels.get(name)
      labels.set(name, before === undefined ? valueText(value) : `${before};${valueText(value)}`)
    }
  }
  return [...labels]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${quoted(name)}="${escapeText(value)}"`)
    .join()
}

/** A sample's name and labels. Names that need quotes are inside the braces. */
export const formatSeries = (name: string, labels: string): string => {
  if (isPlainName(name)) {
    return labels ? `${name}{${labels}}` : name
  }
  return `{${quoted(name)}${labels && ','}${labels}}`
}

/** A name as it stands after `# TYPE`. */
export const formatName: (name: string) => string = quoted
