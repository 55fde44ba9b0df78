import type { Attributes } from '@opentelemetry/api'

/** What Lambda hands over along with an event, as far as it is used. */
export interface LambdaContext {
  readonly awsRequestId: string
  readonly invokedFunctionArn?: string
  readonly functionVersion?: string
  getRemainingTimeInMillis?(): number
}

/** It is the second parameter of a handler, or the third of one that streams. */
export const isLambdaContext = (value: unknown): value is LambdaContext =>
  typeof (value as LambdaContext | undefined | null)?.awsRequestId === 'string'

/** `arn:aws:lambda:region:account:function:name`, and an alias or a version where it was invoked by one. */
const ARN_PARTS = 7

/** Attributes of an invocation's span. Semantic conventions 1.44, "Instrumenting AWS Lambda". */
export const lambdaAttributes = ({
  awsRequestId,
  invokedFunctionArn,
  functionVersion,
}: LambdaContext): Attributes => {
  const attributes: Attributes = { 'faas.trigger': 'http', 'faas.invocation_id': awsRequestId }
  if (typeof invokedFunctionArn === 'string') {
    const parts = invokedFunctionArn.split(':')
    const own = parts.slice(0, ARN_PARTS)
    // One process serves all aliases: which function it is, its version tells.
    const version = parts.length > ARN_PARTS ? functionVersion : undefined
    attributes['aws.lambda.invoked_arn'] = invokedFunctionArn
    attributes['cloud.resource_id'] = [...own, ...(version ? [version] : [])].join(':')
    attributes['cloud.account.id'] = parts[4]
  }
  return attributes
}
