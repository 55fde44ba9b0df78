import type { Attributes } from '@opentelemetry/api'
import * as ATTR from '../bindings/attributes.ts'
import { measureDatabase } from '../bindings/metrics.ts'
import type { Operation } from '../bindings/operation.ts'
import { type Client, targetOf } from './client.ts'
import { failed } from './failure.ts'

/** A command's words: its name, then a key, in most. */
export type Command = readonly unknown[]

/** Arguments and commands of a batch that are told apart in its text. */
const MAX_WORDS = 16

/** These wait on purpose. */
const WAITING = /^(?:BL?MPOP|B[LRZ]|WAIT|XREAD|P?S?SUBSCRIBE|MONITOR)/

const nameOf = ([name]: Command): string => {
  const upper = String(name).toUpperCase()
  return /^[A-Z][\w.-]{0,31}$/.test(upper) ? upper : 'OTHER'
}

const isKey = (value: unknown): boolean => typeof value === 'string' || typeof value === 'number'

/** Values and, unless they are asked for, keys are not told. */
const textOf = ({ options }: Client, command: Command): string => {
  const words = command.slice(1).flat().slice(0, MAX_WORDS)
  return [
    nameOf(command),
    ...words.map((word, index) =>
      options.keys && index === 0 && isKey(word) ? String(word) : '?',
    ),
  ].join(' ')
}

/** One command, or several that are sent at once. */
export const redisOperation = (
  client: Client,
  commands: readonly Command[],
  batch?: 'PIPELINE' | 'MULTI',
  succeeded?: (result: unknown) => Attributes | undefined,
): Operation => {
  const [first, ...others] = new Set(commands.map(nameOf))
  const common = others.length ? undefined : first
  const operation = batch ? [batch, common].filter(Boolean).join(' ') : (common ?? 'OTHER')
  const attributes: Attributes = {
    ...client.attributes,
    [ATTR.operation]: operation,
    [ATTR.batchSize]: batch && commands.length !== 1 ? commands.length : undefined,
    [ATTR.queryText]:
      client.options.queryText === false
        ? undefined
        : commands
            .slice(0, MAX_WORDS)
            .map((command) => textOf(client, command))
            .join('\n'),
  }
  return {
    name: `${operation} ${targetOf(client)}`,
    attributes,
    succeeded,
    failed: failed(client, []),
    measure: measureDatabase(attributes),
    logger: 'db',
    ...(WAITING.test(operation) && { slowThresholdMs: false }),
  }
}

/** Of a batch's answers, the first that is an error. */
export const firstFailure =
  (client: Client, errorOf: (answer: unknown) => unknown) =>
  (answers: unknown): Attributes | undefined => {
    const error = Array.isArray(answers)
      ? answers.map(errorOf).find((each) => each !== null && each !== undefined && each !== '')
      : undefined
    return error === undefined
      ? undefined
      : { [ATTR.errorType]: '_OTHER', ...failed(client, [])(error) }
  }
