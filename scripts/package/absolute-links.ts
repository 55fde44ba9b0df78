/** Where a repository's files can be read: as pages, and as they are. */
export interface Places {
  page: string
  raw: string
}

/**
 * Where the files of `repository`, as package.json names it, are at a tag: on GitHub. This is the one place that knows
 * how.
 */
export const placesOf = (repository: { url: string }, tag: string): Places => {
  const [, project] = /github\.com\/([^/]+\/[^/]+?)(?:\.git)?$/.exec(repository.url) ?? []
  if (!project) {
    throw new Error(`Cannot link: repository must be on GitHub, received ${repository.url}`)
  }
  return {
    page: `https://github.com/${project}/blob/${tag}`,
    raw: `https://raw.githubusercontent.com/${project}/${tag}`,
  }
}

/** Relative: neither with a scheme, nor within the page. */
const RELATIVE = '(?![a-z][a-z+.-]*:|//|#)(?:\\./)?'

/** A page of the project's own folder, to be read elsewhere: links lead to the repository, pictures come from it. */
export const absoluteLinks = (text: string, { page, raw }: Places): string =>
  text
    .replace(new RegExp(`(!\\[[^\\]]*\\]\\()${RELATIVE}([^)\\s]+)`, 'gi'), `$1${raw}/$2`)
    .replace(new RegExp(`((?<!!\\[[^\\]]*)\\]\\()${RELATIVE}([^)\\s]+)`, 'gi'), `$1${page}/$2`)
    .replace(new RegExp(`^(\\[[^\\]]+\\]:\\s*)${RELATIVE}(\\S+)`, 'gim'), `$1${page}/$2`)

/** Links that lead nowhere from another place. */
export const relativeLinks = (text: string): string[] =>
  [...text.matchAll(new RegExp(`\\]\\(${RELATIVE}([^)\\s]+)`, 'gi'))].map(
    ([, target = '']) => target,
  )
