export { knownRoutes } from '../http/known-routes.ts'
