/** A request or notification of JSON-RPC 2.0. */
export interface RpcRequest {
  jsonrpc: '2.0'
  /** Missing in a notification. */
  id?: string | number | null
  method: string
  params?: Record<string, unknown>
}

/** The answer to a request. */
export type RpcResponse = { jsonrpc: '2.0'; id: string | number | null } & (
  | { result: unknown }
  | { error: { code: number; message: string } }
)

/** Reads one message; undefined for what is none. */
export function rpcRequest(message: unknown): RpcRequest | undefined {
  if (typeof message !== 'object' || message === null) return undefined
  const { jsonrpc, method } = message as Partial<RpcRequest>
  return jsonrpc === '2.0' && typeof method === 'string' ? (message as RpcRequest) : undefined
}

/** An answer that says what went wrong, with a code of the JSON-RPC specification. */
export function rpcError(id: string | number | null, code: number, message: string): RpcResponse {
  return { jsonrpc: '2.0', id, error: { code, message } }
}
