/** What all classes have a setting for. */
export interface PropagateSettings {
  /**
   * Continue the traces that callers carry along, who name this class's binding in their `propagate`: a context that was
   * written by this package is taken out before your code sees it. Default false: what comes is left as it is.
   */
  propagate?: boolean
}

/** @throws TypeError when the setting is not what it should be. */
export const checkPropagate = ({ propagate }: PropagateSettings): void => {
  if (propagate !== undefined && typeof propagate !== 'boolean') {
    throw new TypeError(
      `Cannot instrument: \`propagate\` must be true or false, received ${typeof propagate}`,
    )
  }
}
