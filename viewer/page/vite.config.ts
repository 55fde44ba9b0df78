import { defineConfig, type UserConfig } from 'vite'

const config: UserConfig = defineConfig({
  root: import.meta.dirname,
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: `${import.meta.dirname}/../../dist/viewer/page`,
    emptyOutDir: true,
    target: ['chrome123', 'firefox128', 'safari17.5'],
    // Nothing inline: the page's content security policy allows files only.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // What is bundled is passed on, with its terms.
    license: { fileName: 'licenses.md' },
  },
})

export default config
