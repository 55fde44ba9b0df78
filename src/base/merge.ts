/** Some of a group's settings; undefined means unset. */
export type Layer<T> = { readonly [K in keyof T]?: T[K] | undefined }

/** The defaults, each replaced by the last layer that sets it. Frozen; no layer is changed. */
export const merge = <T extends object>(
  defaults: T,
  ...layers: readonly (Layer<T> | undefined)[]
): Readonly<T> =>
  Object.freeze({
    ...defaults,
    ...Object.fromEntries(
      layers
        .flatMap((layer) => Object.entries(layer ?? {}))
        .filter(([, value]) => value !== undefined),
    ),
  })
