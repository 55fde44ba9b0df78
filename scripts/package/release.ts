/** The texts that know the version. */
export interface ReleaseFiles {
  manifest: string
  lock: string
  jsr: string
  /** Declares `VERSION`. */
  source: string
  changelog: string
}

const VERSION = /^\d+\.\d+\.\d+(-[\w.]+)?$/
const UNRELEASED = /^## (\S+) – unreleased$/m

const check = (version: string): void => {
  if (!VERSION.test(version)) {
    throw new Error(`Cannot release: the version must be like 1.2.3, received ${version || 'none'}`)
  }
}

/** The texts of a release. Throws when nothing is unreleased. */
export const released = (files: ReleaseFiles, version: string, date: string): ReleaseFiles => {
  check(version)
  if (!UNRELEASED.test(files.changelog)) {
    throw new Error('Cannot release: CHANGELOG.md must have a heading "## … – unreleased"')
  }
  const inJson = (text: string, times: number): string => {
    let left = times
    return text.replace(/"version": "[^"]*"/g, (found) =>
      left-- > 0 ? `"version": "${version}"` : found,
    )
  }
  return {
    manifest: inJson(files.manifest, 1),
    // Its own, and that of its first package, which is this one.
    lock: inJson(files.lock, 2),
    jsr: inJson(files.jsr, 1),
    source: files.source.replace(/VERSION = '[^']*'/, `VERSION = '${version}'`),
    changelog: files.changelog.replace(UNRELEASED, `## ${version} – ${date}`),
  }
}

/** What does not say that version, or is not released. */
export const faultsOf = (files: ReleaseFiles, version: string): string[] => {
  check(version)
  const json = (text: string): string => (JSON.parse(text) as { version: string }).version
  const said: Record<string, string | undefined> = {
    'package.json': json(files.manifest),
    'package-lock.json': json(files.lock),
    'jsr.json': json(files.jsr),
    'version.ts': /VERSION = '([^']*)'/.exec(files.source)?.[1],
    'CHANGELOG.md': /^## (\S+) – \d{4}-\d\d-\d\d$/m.exec(files.changelog)?.[1],
  }
  return Object.entries(said)
    .filter(([, found]) => found !== version)
    .map(([file, found]) => `${file} must say ${version}, says ${found}`)
}
