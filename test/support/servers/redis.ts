import { findProgram, hasPrograms, type Running, startProgram } from './program.ts'

const redis = findProgram('valkey-server') ?? findProgram('redis-server')

export const hasRedis: boolean = hasPrograms('Redis', redis)

/** Debian's `valkey-server`, or `redis-server`, which keeps nothing. */
export const startRedis = (...more: string[]): Promise<Running> =>
  startProgram({
    user: 'redis',
    serve: (folder, port) => [
      redis ?? 'redis-server',
      ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', ...more],
    ],
  })
