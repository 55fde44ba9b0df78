import { cloudflareTest } from '@cloudflare/vitest-plugin'
import { defineConfig } from 'vitest/config'

/** What runs real servers measures time as well; a shared machine may stand still for a second. Never locally. */
const retry = process.env.CI ? 1 : 0

const alias = [
  { find: /^hono-observability$/, replacement: `${import.meta.dirname}/src/index.ts` },
  { find: /^hono-observability\/viewer$/, replacement: `${import.meta.dirname}/viewer/index.ts` },
  { find: /^hono-observability\/(.+)$/, replacement: `${import.meta.dirname}/src/entries/$1.ts` },
]

export default defineConfig({
  test: {
    projects: [
      {
        // The build of it that other packages get from Node: two refuse each other's schemas.
        resolve: { alias: [...alias, { find: /^graphql$/, replacement: 'graphql/index.js' }] },
        // Property tests take seconds, and more on a machine that does something else too.
        test: { name: 'unit', include: ['test/unit/**/*.test.ts'], testTimeout: 60_000 },
      },
      {
        // The oldest Hono that the package accepts.
        resolve: { alias: [...alias, { find: /^hono(\/.+)?$/, replacement: 'hono-floor$1' }] },
        test: {
          name: 'hono 4.8',
          include: [
            'test/unit/http/route.test.ts',
            'test/unit/hono-floor.test.ts',
            'test/unit/http/hono-streams.test.ts',
            'test/unit/http/own-headers.test.ts',
            'test/unit/http/middleware-spans.test.ts',
            'test/unit/http/outcomes/counted-auth.test.ts',
            'test/unit/http/sockets/observe-upgrade.test.ts',
          ],
        },
      },
      {
        resolve: { alias },
        plugins: [
          cloudflareTest({
            miniflare: {
              compatibilityDate: '2026-08-04',
              kvNamespaces: ['CACHE'],
              d1Databases: ['DB'],
            },
          }),
        ],
        test: { name: 'workerd', include: ['test/workerd/**/*.test.ts'], testTimeout: 60_000 },
      },
      {
        resolve: { alias },
        test: {
          name: 'e2e',
          retry,
          include: ['test/e2e/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 60_000,
          fileParallelism: false,
        },
      },
      {
        // Faults, soaks, real servers: minutes. `npm test -- --all`.
        resolve: { alias },
        test: {
          name: 'long',
          retry,
          include: ['test/long/**/*.test.ts'],
          testTimeout: 600_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
    ],
  },
})
