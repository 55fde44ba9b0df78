import { describe, expect, it } from 'vitest'
import { startSink } from '../../support/otlp-sink.ts'
import { apiGatewayV2 } from '../../unit/homes/lambda-events.ts'
import { startLambda } from './lambda/start-lambda.ts'

/** Long enough for anything that was still on its way from a process that runs. */
const FROZEN_MS = 300

describe.each(['cjs', 'esm'] as const)('a bundle of %s on Lambda', (format) => {
  it('has sent everything when the process is frozen, which it is with each answer', async () => {
    const sink = await startSink()
    const lambda = await startLambda(format, {
      OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
      OTEL_LOGS_EXPORTER: 'otlp',
    })
    try {
      for (let i = 1; i <= 3; i++) {
        const answer = await lambda.invoke(apiGatewayV2({ path: `/orders/${i}` }))
        expect(answer).toMatchObject({ statusCode: 200, body: `{"id":"${i}"}` })
        const before = sink.requests.length
        await new Promise((resolve) => setTimeout(resolve, FROZEN_MS))
        expect(sink.requests).toHaveLength(before)
        const spans = sink.spans()
        expect(spans.map(({ name }) => name)).toEqual(
          Array.from({ length: i }, () => ['price', 'GET /orders/:id']).flat(),
        )
        const requests = sink
          .metrics()
          .filter(({ name }) => name === 'http.server.request.duration')
        expect(requests.flatMap(({ points }) => points)).toHaveLength(i)
        expect(sink.logRecords().map(({ body }) => body)).toEqual(
          Array.from({ length: i }, () => ['order read', 'GET /orders/:id 200']).flat(),
        )
        expect(spans.at(-1)?.attributes).toMatchObject({ 'faas.invocation_id': `request-${i}` })
        expect(spans.at(-1)?.resource).toMatchObject({ 'cloud.platform': 'aws_lambda' })
      }
    } finally {
      await lambda.stop()
      await sink.close()
    }
  })
})
