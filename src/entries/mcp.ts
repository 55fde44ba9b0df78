export { instrumentMcp } from '../http/mcp/instrument-mcp.ts'
export type { McpExtra, McpOptions } from '../http/mcp/options.ts'
