import { expect, it } from 'vitest'
import { faultsOf, released } from '../../../scripts/package/release.ts'

const files = {
  manifest: '{ "name": "a", "version": "0.1.0" }',
  lock: '{ "version": "0.1.0", "packages": { "": { "version": "0.1.0" }, "b": { "version": "3.0.0" } } }',
  jsr: '{ "version": "0.1.0" }',
  source: "export const VERSION = '0.1.0'\n",
  changelog: '# Changelog\n\n## 0.2.0 – unreleased\n\n- New.\n\n## 0.1.0 – 2026-01-02\n',
}

it('a release says its version everywhere, and leaves the versions of others alone', () => {
  const after = released(files, '0.2.0', '2026-12-01')
  expect(faultsOf(after, '0.2.0')).toEqual([])
  expect(JSON.parse(after.lock).packages.b.version).toBe('3.0.0')
  expect(after.changelog).toContain('## 0.2.0 – 2026-12-01\n\n- New.')
})

it('a tag that nothing was prepared for names every file that says otherwise', () => {
  expect(faultsOf(files, '0.2.0')).toHaveLength(5)
})

it('a release of no version, or of nothing, is refused', () => {
  expect(() => released(files, 'next', '2026-12-01')).toThrow(/must be like 1\.2\.3, received next/)
  const changelog = '# Changelog\n\n## 0.1.0 – 2026-01-02\n'
  expect(() => released({ ...files, changelog }, '0.2.0', '2026-12-01')).toThrow(/unreleased/)
})
