import { readProperty } from '../../base/thrown.ts'
import { cutName } from './names.ts'

/** Characters of a document that are looked at. */
const MAX_DOCUMENT = 16_384

/** What a document asks for, as far as it is known. */
export interface GraphqlOperation {
  readonly type: string | undefined
  /** The caller's own. */
  readonly name: string | undefined
}

/** By the names of the specification, as `graphql` has them in its documents. */
const TYPES: ReadonlySet<unknown> = /* @__PURE__ */ new Set(['query', 'mutation', 'subscription'])

/** Which operation of a parsed document is asked for; nothing where that is not clear. */
export const operationOf = (document: unknown, operationName?: unknown): GraphqlOperation => {
  const definitions = readProperty(document, 'definitions')
  const operations = (Array.isArray(definitions) ? definitions : []).filter(
    (definition) => readProperty(definition, 'kind') === 'OperationDefinition',
  )
  const asked =
    typeof operationName === 'string' && operationName
      ? operations.find((operation) => nameOf(operation) === operationName)
      : operations.length === 1
        ? operations[0]
        : undefined
  const type = readProperty(asked, 'operation')
  return {
    type: TYPES.has(type) ? (type as string) : undefined,
    name: cutName(nameOf(asked)),
  }
}

const nameOf = (operation: unknown): string | undefined => {
  const name = readProperty(readProperty(operation, 'name'), 'value')
  return typeof name === 'string' ? name : undefined
}

/** The text that a document was parsed from, where it has it. */
export const textOf = (document: unknown): string | undefined => {
  const text = readProperty(readProperty(readProperty(document, 'loc'), 'source'), 'body')
  return typeof text === 'string' ? text : undefined
}

/** Block strings, strings, comments, numbers. What has no end, since it was cut, ends with the text. */
const LITERAL =
  /"""(?:\\"""|(?!""")[\s\S])*(?:"""|$)|"(?:\\.|[^"\\\n\r])*"?|#[^\n\r]*|-?(?<![\w$])\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g

/** A document without what may be personal in it: strings and numbers are `?`, and comments are gone. */
export const redactDocument = (text: string): string =>
  text.slice(0, MAX_DOCUMENT).replace(LITERAL, (literal) => (literal.startsWith('#') ? '' : '?'))
