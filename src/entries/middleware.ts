export { middlewareSpans } from '../http/chain/middleware-spans.ts'
