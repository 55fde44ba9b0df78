import { app, json, manifest, type Starter } from '../starter.ts'

/** Of a newer one, the builds for other platforms are not to be had everywhere. */
const PNPM = 'pnpm@12.4.2'

/** pnpm with nothing hoisted: whatever we import must be a dependency or peer of ours. */
export const pnpmStrict: Starter = {
  name: 'pnpm-strict',
  uses: ['pnpm', 'node', 'hono'],
  files: () => ({
    'package.json': manifest('pnpm-strict', { dependencies: { '@hono/node-server': '^2.0.0' } }),
    'pnpm-workspace.yaml': 'hoist: false\nstrictPeerDependencies: true\n',
    'tool/package.json': json({ private: true }),
    'index.mjs': app(
      'pnpm-strict',
      "serve({ fetch: app.fetch, hostname: '127.0.0.1', port: Number(process.env.PORT) })\n",
      "import { serve } from '@hono/node-server'\n",
    )
      .replace(', type ObservabilityVariables', '')
      .replace('<{ Variables: ObservabilityVariables }>', ''),
  }),
  prepare: [
    ['npm', 'install', '--prefix', 'tool', '--prefer-offline', '--no-audit', '--no-fund', PNPM],
    ['node', 'tool/node_modules/pnpm/bin/pnpm.mjs', 'install', '--prefer-offline'],
  ],
  serve: [{ title: 'node', command: ['node', 'index.mjs'] }],
}
