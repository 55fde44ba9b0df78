import { app, json, manifest, NPM_INSTALL, type Starter } from '../starter.ts'

const COMPILER = { module: 'ESNext', moduleResolution: 'Bundler', target: 'ES2024', strict: true }

/** A route handler of Next.js, built and started as on a server of one's own. */
export const next: Starter = {
  name: 'next',
  uses: ['next', 'hono'],
  files: () => ({
    'package.json': manifest('next', {
      dependencies: { next: '^16.0.0', react: '^19.0.0', 'react-dom': '^19.0.0' },
      devDependencies: {
        typescript: '^5.9.0',
        '@types/node': '^24.0.0',
        '@types/react': '^19.0.0',
      },
    }),
    'tsconfig.json': json({ compilerOptions: { ...COMPILER, jsx: 'preserve', noEmit: true } }),
    'app/layout.tsx':
      'export default ({ children }: { children: React.ReactNode }) => <html lang="en"><body>{children}</body></html>\n',
    'app/page.tsx': 'export default () => <p>A page</p>\n',
    'app/[...route]/route.ts': app(
      'next',
      'export const GET = handle(app)\n',
      "import { handle } from 'hono/vercel'\n",
    ),
  }),
  prepare: [NPM_INSTALL, ['node_modules/.bin/next', 'build']],
  serve: [
    {
      title: 'next start',
      command: ['node_modules/.bin/next', 'start', '--port', '%port%', '--hostname', '127.0.0.1'],
      env: { NEXT_TELEMETRY_DISABLED: '1' },
    },
  ],
}

/** HonoX with its file routes, in Vite's dev server. */
export const honox: Starter = {
  name: 'honox',
  uses: ['honox', 'vite', 'hono'],
  files: () => ({
    'package.json': manifest('honox', {
      dependencies: { honox: '^0.1.61' },
      devDependencies: { vite: '^7.0.0' },
    }),
    'tsconfig.json': json({
      compilerOptions: { ...COMPILER, jsx: 'react-jsx', jsxImportSource: 'hono/jsx' },
    }),
    'vite.config.ts': `import honox from 'honox/vite'
import { defineConfig } from 'vite'

export default defineConfig({ plugins: [honox()], ssr: { external: ['hono-observability'] } })
`,
    'app/server.ts': `import { Hono } from 'hono'
import { observability } from 'hono-observability'
import { createApp } from 'honox/server'

const base = new Hono()
base.use(observability({ service: { name: 'honox' } }))

export default createApp({ app: base })
`,
    'app/routes/orders/[id].tsx': `import { log } from 'hono-observability'
import { createRoute } from 'honox/factory'

export default createRoute((c) => {
  const id = c.req.param('id')
  log.info('order read', { 'order.id': id })
  return c.json({ id, requestId: (c.var as { requestId?: string }).requestId })
})
`,
  }),
  prepare: [NPM_INSTALL],
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
  ],
}

/** Azure's own request, and the adapter that Hono's documentation names; in place of the host, a server. */
export const azure: Starter = {
  name: 'azure',
  uses: ['@azure/functions', '@marplex/hono-azurefunc-adapter', 'hono'],
  files: () => ({
    'package.json': manifest('azure', {
      dependencies: { '@azure/functions': '^4.0.0', '@marplex/hono-azurefunc-adapter': '^1.0.0' },
    }),
    'src/index.js': app(
      'azure',
      `const handle = azureHonoHandler(app.fetch)

createServer(async ({ url, method, headers }, response) => {
  const request = new HttpRequest({ url: \`http://127.0.0.1\${url}\`, method, headers })
  const answer = await handle(request, new InvocationContext())
  response.writeHead(answer.status, answer.headers)
  for await (const chunk of answer.body ?? []) response.write(chunk)
  response.end()
}).listen(Number(process.env.PORT), '127.0.0.1')
`,
      `import { createServer } from 'node:http'
import { HttpRequest, InvocationContext } from '@azure/functions'
import { azureHonoHandler } from '@marplex/hono-azurefunc-adapter'
`,
    )
      .replace(', type ObservabilityVariables', '')
      .replace('<{ Variables: ObservabilityVariables }>', ''),
  }),
  prepare: [NPM_INSTALL],
  serve: [{ title: 'a server in place of the host', command: ['node', 'src/index.js'] }],
}
