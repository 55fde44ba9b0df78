// Without its types, which would say of every app in this repository that its `requestId` is a string.
export { requestId } from 'hono/request-id'
