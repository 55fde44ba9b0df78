import { useEffect, useState } from 'preact/hooks'

export type Theme = 'system' | 'light' | 'dark'

const KEY = 'theme'
const THEMES: readonly Theme[] = ['system', 'light', 'dark']

function remembered(): Theme {
  try {
    return THEMES.find((theme) => theme === localStorage.getItem(KEY)) ?? 'system'
  } catch {
    // Storage can be forbidden.
    return 'system'
  }
}

function apply(theme: Theme): void {
  document.documentElement.dataset.theme = theme
  window.dispatchEvent(new Event('theme'))
}

/** Puts the remembered theme on. */
export function startTheme(): void {
  apply(remembered())
}

/** The theme, and how to have the next. */
export function useTheme(): { theme: Theme; next: () => void } {
  const [theme, setTheme] = useState(remembered)
  const next = (): void => {
    const following = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'system'
    setTheme(following)
    apply(following)
    try {
      localStorage.setItem(KEY, following)
    } catch {
      // Then it is for this visit only.
    }
  }
  return { theme, next }
}

/** Rises by one whenever the colours change: for what is drawn on a canvas. */
export function useColourChanges(): number {
  const [changes, setChanges] = useState(0)
  useEffect(() => {
    const update = (): void => setChanges((value) => value + 1)
    const scheme = matchMedia('(prefers-color-scheme: dark)')
    scheme.addEventListener('change', update)
    window.addEventListener('theme', update)
    return () => {
      scheme.removeEventListener('change', update)
      window.removeEventListener('theme', update)
    }
  }, [])
  return changes
}
