import type { Attributes } from '@opentelemetry/api'
import * as ATTR from '../../base/semconv.ts'
import { ownHistogram } from '../../metrics/own.ts'
import * as GENAI from '../genai/attributes.ts'

const SECONDS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300]

const serverOperations = /* @__PURE__ */ ownHistogram(
  'mcp.server.operation.duration',
  'MCP request or notification duration as observed on the receiver from the time it was received until the result or ack is sent.',
  SECONDS,
)

const clientOperations = /* @__PURE__ */ ownHistogram(
  'mcp.client.operation.duration',
  'The duration of the MCP request or notification as observed on the sender from the time it was sent until the response or ack is received.',
  SECONDS,
)

const serverSessions = /* @__PURE__ */ ownHistogram(
  'mcp.server.session.duration',
  'The duration of the MCP session as observed on the MCP server.',
  SECONDS,
)

const clientSessions = /* @__PURE__ */ ownHistogram(
  'mcp.client.session.duration',
  'The duration of the MCP session as observed on the MCP client.',
  SECONDS,
)

const KEYS = [
  'mcp.method.name',
  'mcp.protocol.version',
  'network.protocol.name',
  'network.transport',
  'rpc.response.status_code',
  ATTR.errorType,
  GENAI.operation,
  GENAI.promptName,
  GENAI.toolName,
]

/** "MCP metrics": by what has few values. */
export const measureOperation = (
  isReceived: boolean,
  attributes: Attributes,
  durationMs: number,
): void => {
  const few: Attributes = {}
  for (const key of KEYS) {
    few[key] = attributes[key]
  }
  ;(isReceived ? serverOperations : clientOperations).record(durationMs / 1000, few)
}

export const measureSession = (
  isServer: boolean,
  attributes: Attributes,
  durationMs: number,
): void => (isServer ? serverSessions : clientSessions).record(durationMs / 1000, attributes)
