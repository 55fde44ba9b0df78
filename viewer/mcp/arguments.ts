import { DEFAULT_CHARS, MAX_CHARS, MIN_CHARS } from './fit.ts'

/** The arguments of a tool as JSON Schema. */
export interface InputSchema {
  type: 'object'
  properties: Record<string, { type: string; description?: string }>
  required?: readonly string[]
  additionalProperties: false
}

/**
 * The arguments as the parameters of the API's query.
 *
 * @throws Error for arguments that the tool does not have, that are missing, or of another type.
 */
export function argumentsOf(tool: string, schema: InputSchema, given: unknown): URLSearchParams {
  const values = (given ?? {}) as Record<string, unknown>
  const fail = (what: string): never => {
    throw new Error(`Cannot call ${tool}: ${what}`)
  }
  if (typeof values !== 'object' || Array.isArray(values)) fail('`arguments` must be an object')
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(values)) {
    const property = Object.hasOwn(schema.properties, name) ? schema.properties[name] : undefined
    if (!property) {
      const known = Object.keys(schema.properties).join(', ')
      return fail(`\`${name.slice(0, 100)}\` is no argument of it; these are: ${known}`)
    }
    const isList = property.type === 'array'
    for (const each of isList && Array.isArray(value) ? value : [value]) {
      // Models write numbers as strings now and then; the parameters of the API are strings.
      if (typeof each !== 'string' && typeof each !== 'number') {
        fail(`\`${name}\` must be ${article(property.type)}, received ${JSON.stringify(each)}`)
      }
      search.append(name, String(each))
    }
  }
  for (const name of schema.required ?? []) if (!search.get(name)) fail(`\`${name}\` is missing`)
  return search
}

const article = (type: string): string => (type === 'array' ? 'a list of strings' : `a ${type}`)

/** How long the answer may be. */
export function maxCharsOf(search: URLSearchParams): number {
  const wanted = Number(search.get('maxChars') ?? DEFAULT_CHARS)
  if (!Number.isFinite(wanted) || wanted < MIN_CHARS || wanted > MAX_CHARS) {
    throw new Error(
      `\`maxChars\` must be a number from ${MIN_CHARS} to ${MAX_CHARS}, received ${search.get('maxChars')}`,
    )
  }
  return wanted
}
