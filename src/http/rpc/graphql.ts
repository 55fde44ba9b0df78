import type { Attributes } from '@opentelemetry/api'
import { mustBe } from '../../base/messages.ts'
import { errorType, readProperty } from '../../base/thrown.ts'
import { ownHistogram } from '../../metrics/own.ts'
import { codeOf, type Failure, isFaultCode } from './failure.ts'
import { type GraphqlOperation, redactDocument, textOf } from './graphql-document.ts'
import { beginCall, type Description, type Operation } from './operation.ts'

/** What is recorded of GraphQL operations. */
export interface GraphqlTracingOptions {
  /**
   * Names of operations that this server knows, such as those of persisted documents: they are in the names of spans and
   * in metrics. Others, which callers make up, are in an attribute of the span alone. Default none.
   */
  operations?: readonly string[]
  /** Record the document as `graphql.document`, without its strings, numbers and comments. Default false. */
  document?: boolean
}

/** Options, looked at once. */
export interface GraphqlSettings {
  readonly known: ReadonlySet<string>
  readonly document: boolean
}

/** @throws TypeError when an option is not what it should be. */
export const graphqlSettings = (options: GraphqlTracingOptions = {}): GraphqlSettings => {
  const { operations = [], document = false } = options
  if (!Array.isArray(operations) || operations.some((name) => typeof name !== 'string')) {
    throw wrong('operations', 'a list of names', operations)
  }
  if (typeof document !== 'boolean') {
    throw wrong('document', 'true or false', document)
  }
  return { known: new Set(operations as string[]), document }
}

const wrong = (option: string, expected: string, received: unknown): TypeError =>
  new TypeError(`Cannot trace GraphQL: ${mustBe(option, expected, received)}`)

const duration = /* @__PURE__ */ ownHistogram(
  'hono.graphql.operation.duration',
  'Duration of GraphQL operations.',
)

const TYPE = 'graphql.operation.type'
const NAME = 'graphql.operation.name'

/** Semantic conventions, "GraphQL server spans": a name that the caller makes up is none for a span. */
export const describeGraphql = (
  { type, name }: GraphqlOperation,
  { known, document }: GraphqlSettings,
  parsed?: unknown,
): Description => {
  const knownName = name !== undefined && known.has(name) ? name : undefined
  const text = document ? textOf(parsed) : undefined
  return {
    name: type === undefined ? 'GraphQL Operation' : knownName ? `${type} ${knownName}` : type,
    attributes: {
      [TYPE]: type,
      [NAME]: name,
      'graphql.document': text === undefined ? undefined : redactDocument(text),
    },
    dimensions: { [TYPE]: type, [NAME]: knownName },
    record: (seconds, dimensions) => duration.record(seconds, dimensions),
    codeKey: 'hono.graphql.error.code',
    judge: (error) => judgeError(error),
  }
}

/** Begins an operation, and says on its request what it is. */
export const beginGraphql = (
  operation: GraphqlOperation,
  settings: GraphqlSettings,
  parsed?: unknown,
): Operation | undefined => {
  const begun = beginCall(describeGraphql(operation, settings, parsed))
  begun?.note(fieldsOf(operation))
  return begun
}

/** What the access line says of it. */
export const fieldsOf = ({ type, name }: GraphqlOperation): Attributes => ({
  [TYPE]: type,
  [NAME]: name,
})

const isGraphqlError = (error: unknown): boolean => readProperty(error, 'name') === 'GraphQLError'

/** An error without a code of its own is nobody's plan, unless it came before any field: of wrong variables. */
const judgeError = (error: unknown): Failure => {
  const extensions = readProperty(error, 'extensions')
  const code = codeOf(extensions)
  const thrown = readProperty(error, 'originalError') ?? error
  if (code !== undefined) {
    const status = readProperty(readProperty(extensions, 'http'), 'status')
    const isFault = isFaultCode(code) || (typeof status === 'number' && status >= 500)
    return { code, isFault, error: thrown }
  }
  return isGraphqlError(thrown) && readProperty(error, 'path') === undefined
    ? { code: 'BAD_USER_INPUT', isFault: false, error: thrown }
    : { code: errorType(thrown, '_OTHER'), isFault: true, error: thrown }
}

/**
 * What came to no resolver, since the document was no good.
 *
 * @param code Where the library gives none.
 */
export const judgeRequest = (errors: readonly unknown[], code: string): Failure => {
  const [first] = errors
  const isCoded = codeOf(readProperty(first, 'extensions')) !== undefined
  const original = readProperty(first, 'originalError')
  return isCoded || (original !== undefined && !isGraphqlError(original))
    ? judgeError(first)
    : { code, isFault: false, error: first }
}

/** What a result says of failures, which come with any status: the worst of them, or the first. */
export const judgeResult = (result: unknown): Failure | undefined => {
  const errors = readProperty(result, 'errors')
  if (!Array.isArray(errors) || !errors.length) {
    return undefined
  }
  const failures = errors.slice(0, MAX_ERRORS).map(judgeError)
  return failures.find(({ isFault }) => isFault) ?? failures[0]
}

/** Errors of one result that are looked at. */
const MAX_ERRORS = 100
