import { Hono } from 'hono'
import { addRoutes } from './app.ts'

export default addRoutes(new Hono())
