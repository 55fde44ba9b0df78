import { safeParse } from 'zod/v4/core'
import { mustBe, shorten } from '../../base/messages.ts'
import { type ObservabilityOptions, optionsSchema } from './options.ts'

/**
 * Checks options given in code and returns them as they are.
 *
 * @throws {TypeError} naming the first wrong option, what it must be and what was received,
 * without the values of headers and URLs.
 */
export const validateOptions = (options: unknown = {}): ObservabilityOptions => {
  const issue = safeParse(optionsSchema().make(), options, { reportInput: true }).error?.issues[0]
  if (!issue) {
    return options as ObservabilityOptions
  }
  const { message, path } = issue
  const unknown = issue.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : []
  const name =
    shorten([...path, ...unknown].join('.')).replace(/\.(\d+)(?=\.|$)/g, '[$1]') || 'options'
  throw new TypeError(
    `Cannot configure observability: ${
      unknown.length
        ? `\`${name}\` is not an option, expected one of ${message}`
        : mustBe(name, message, issue.input)
    }`,
  )
}
