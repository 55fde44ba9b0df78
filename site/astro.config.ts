import starlight from '@astrojs/starlight'
import { defineConfig, passthroughImageService } from 'astro/config'
import { manifest } from '../scripts/package/stage.ts'
import { GROUPS } from './pages.ts'

const { repository } = manifest()

export default defineConfig({
  // Pictures are as they are in the project.
  image: { service: passthroughImageService() },
  integrations: [
    starlight({
      title: 'hono-observability',
      customCss: ['./src/site.css'],
      social: [
        {
          icon: 'github',
          label: 'Source',
          href: repository.url.replace(/^git\+|\.git$/g, ''),
        },
      ],
      sidebar: Object.entries(GROUPS).map(([label, pages]) => ({
        label,
        items: pages.map(({ slug }) => slug),
      })),
      // Languages that no highlighter here knows.
      expressiveCode: { shiki: { langAlias: { promql: 'txt', logql: 'txt', traceql: 'txt' } } },
    }),
  ],
})
