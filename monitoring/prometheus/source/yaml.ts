export type Yaml =
  | string
  | number
  | boolean
  | readonly Yaml[]
  | { readonly [key: string]: Yaml | undefined }

/** Text that needs no quotes: no sign that means something, and nothing that reads as another type. */
const PLAIN =
  /^(?!(?:true|false|yes|no|on|off|null|y|n)$)[A-Za-z/][A-Za-z0-9_ /.()%-]*(?<! )$|^\d+[smhd]$/i

const scalar = (value: string | number | boolean): string =>
  typeof value !== 'string' || PLAIN.test(value) ? String(value) : quoted(value)

/** As formatters have it: double quotes, or those that need no escapes. */
const quoted = (value: string): string =>
  /["\\]/.test(value) ? `'${value.replaceAll("'", "''")}'` : `"${value}"`

const block = (value: string, indent: string): string =>
  `|-\n${value
    .split('\n')
    .map((line) => `${indent}${line}`)
    .join('\n')}`

/** Writes the YAML that Prometheus reads: maps, lists and scalars. Longer texts keep their lines. */
export const toYaml = (value: Yaml, indent = ''): string => {
  if (typeof value !== 'object') {
    return scalar(value)
  }
  if (Array.isArray(value)) {
    return value
      .map((item: Yaml) => `${indent}- ${toYaml(item, `${indent}  `).trimStart()}`)
      .join('\n')
  }
  return Object.entries(value)
    .filter((entry): entry is [string, Yaml] => entry[1] !== undefined)
    .map(([key, item]) => {
      if (typeof item === 'string' && item.includes('\n')) {
        return `${indent}${key}: ${block(item, `${indent}  `)}`
      }
      if (typeof item !== 'object') {
        return `${indent}${key}: ${scalar(item)}`
      }
      if (Object.keys(item).length === 0) {
        return `${indent}${key}: ${Array.isArray(item) ? '[]' : '{}'}`
      }
      return `${indent}${key}:\n${toYaml(item, `${indent}  `)}`
    })
    .join('\n')
}
