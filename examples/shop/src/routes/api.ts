import { Hono } from 'hono'
import type { AppEnv } from '../env.ts'
import { products } from './products.ts'

/** The versioned API, under a base path of its own. */
export const api = new Hono<AppEnv>().basePath('/api/v1')

api.route('/products', products)
