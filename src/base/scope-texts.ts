import { readProperty, toText } from './thrown.ts'

/** What names a scope, as text, whatever was given for it. */
export const scopeTexts = (
  name: unknown,
  version: unknown,
  options: unknown,
): [name: string, version: string, schemaUrl: string] => [
  optional(name),
  optional(version),
  optional(readProperty(options, 'schemaUrl')),
]

const optional = (value: unknown): string =>
  typeof value === 'string' ? value : value === undefined || value === null ? '' : toText(value)
