/** Where in the tree of fields a path leads next; `true` where it ends. */
export type PathNode = Map<string, PathNode> | true

/**
 * Compiles paths such as `user.*.email`, `items[*].card` and `items[0]`. A segment matches a key, an index or, for
 * `*`, any one of them; a key with dots counts as its parts.
 *
 * @returns undefined without paths
 */
export const compilePaths = (paths: readonly string[]): readonly PathNode[] | undefined => {
  const roots = paths.map((path) =>
    path
      .split(/[.[\]]+/)
      .filter(Boolean)
      .reduceRight<PathNode>((node, segment) => new Map([[segment, node]]), true),
  )
  return roots.length > 0 ? roots : undefined
}

const stepOne = (nodes: readonly PathNode[], segment: string): PathNode[] =>
  nodes.flatMap((node) =>
    node === true ? [] : [segment, '*'].flatMap((name) => node.get(name) ?? []),
  )

/** The nodes that a key leads to. */
export const step = (nodes: readonly PathNode[], key: string): readonly PathNode[] =>
  // The length keeps a hostile key from becoming a million parts.
  key.length < 1024 ? key.split('.').reduce<readonly PathNode[]>(stepOne, nodes) : []
