interface Globals {
  process?: { getBuiltinModule?(name: string): unknown }
}

/** A module of Node's, where there is one: an `import` would keep the app from loading elsewhere. */
export const builtin = <Module>(name: string): Module | undefined =>
  (globalThis as Globals).process?.getBuiltinModule?.(`node:${name}`) as Module | undefined
