import { app, json, manifest, NPM_INSTALL, type Starter } from '../starter.ts'

/** Vite with Cloudflare's plugin: its dev server, and what it builds. */
export const vite: Starter = {
  name: 'vite',
  uses: ['vite', '@cloudflare/vite-plugin', 'hono'],
  files: (endpoint) => ({
    'package.json': manifest('vite', {
      devDependencies: { '@cloudflare/vite-plugin': '1.64.0', vite: '^8.0.0', wrangler: '^4.0.0' },
    }),
    'vite.config.ts': `import { cloudflare } from '@cloudflare/vite-plugin'
import { defineConfig } from 'vite'

export default defineConfig({ plugins: [cloudflare({ inspectorPort: false })] })
`,
    'tsconfig.json': json({ compilerOptions: { module: 'ESNext', moduleResolution: 'Bundler' } }),
    'src/index.ts': app(
      'vite',
      'export default instrument(app)\n',
      "import { instrument } from 'hono-observability'\n",
    ),
    '.dev.vars': `OTEL_EXPORTER_OTLP_ENDPOINT=${endpoint}\nOTEL_LOGS_EXPORTER=otlp\n`,
    'wrangler.jsonc': `{
  "name": "vite",
  "main": "./src/index.ts",
  "compatibility_date": "2025-08-03",
  "compatibility_flags": ["nodejs_als"]
}
`,
  }),
  prepare: [NPM_INSTALL, ['node_modules/.bin/vite', 'build']],
  serve: [
    {
      title: 'vite',
      command: [
        'node_modules/.bin/vite',
        '--port',
        '%port%',
        '--strictPort',
        '--host',
        '127.0.0.1',
      ],
    },
    {
      title: 'vite preview',
      command: [
        ...['node_modules/.bin/vite', 'preview', '--port', '%port%', '--strictPort'],
        ...['--host', '127.0.0.1'],
      ],
    },
  ],
}
