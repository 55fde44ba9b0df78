import type { VNode } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { type Place, urlOf } from '../data/place.ts'
import { carried } from '../data/range.ts'
import { useTheme } from './theme.ts'
import { SECTIONS } from './views.ts'

interface HeaderProps {
  place: Place
  onHelp: () => void
}

/** Name, navigation, theme and help. */
export function Header({ place, onHelp }: HeaderProps): VNode {
  const { theme, next } = useTheme()
  const section = /^\/(compare|latency)$/.test(place.path)
    ? '/traces'
    : `/${place.path.split('/')[1] ?? ''}`
  const nav = useRef<HTMLElement>(null)
  // On a narrow screen the present view's name may be out of sight.
  useEffect(() => {
    const current = nav.current?.querySelector(`[href="${section}"], [href^="${section}?"]`)
    current?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }, [section])
  return (
    <header class="page-header">
      <a class="brand" href="/">
        <img src="/icon.svg" alt="" width="20" height="20" />
        <span>hono-observability</span>
      </a>
      <nav aria-label="Views" ref={nav}>
        {SECTIONS.map(([path, title]) => (
          <a
            key={path}
            href={urlOf(path, carried(place.query))}
            aria-current={path === section ? 'page' : undefined}
          >
            {title}
          </a>
        ))}
      </nav>
      <button
        type="button"
        class="quiet"
        onClick={next}
        title="Switch between the system's, light and dark colours"
      >
        <span class="visually-hidden">Colours: </span>
        <span aria-hidden="true">◐&nbsp;</span>
        {theme}
      </button>
      <button
        type="button"
        class="quiet"
        onClick={onHelp}
        aria-label="Keys and help"
        title="Keys (?)"
      >
        ?
      </button>
    </header>
  )
}
