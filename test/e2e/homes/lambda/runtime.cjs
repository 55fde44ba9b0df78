// The loop of Lambda's runtime: asks for an event, calls the handler, sends what it answered.
const { handler } = require(process.argv[2])

const api = `http://${process.env.AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime/invocation`

const run = async () => {
  for (;;) {
    const next = await fetch(`${api}/next`)
    const event = await next.json()
    const id = next.headers.get('lambda-runtime-aws-request-id')
    const deadlineMs = Number(next.headers.get('lambda-runtime-deadline-ms'))
    process.env._X_AMZN_TRACE_ID = next.headers.get('lambda-runtime-trace-id') ?? ''
    const answer = await handler(event, {
      awsRequestId: id,
      invokedFunctionArn: next.headers.get('lambda-runtime-invoked-function-arn'),
      functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
      getRemainingTimeInMillis: () => deadlineMs - Date.now(),
    })
    const sent = await fetch(`${api}/${id}/response`, {
      method: 'POST',
      body: JSON.stringify(answer),
    })
    await sent.arrayBuffer()
  }
}

run()
