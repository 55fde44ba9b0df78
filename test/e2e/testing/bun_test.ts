import { test } from 'bun:test'
import { check } from './shop.ts'

test('an order is traced', () => check('7'))
test('another order is traced by itself', () => check('8'))
