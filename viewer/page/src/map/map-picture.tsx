import type { VNode } from 'preact'
import type { MapEdge, MapNode, ServiceMap } from '../api-types.ts'
import { changed, urlOf } from '../data/place.ts'
import { carried } from '../data/range.ts'
import { formatDuration } from '../format/duration.ts'
import { formatNumber, formatShare } from '../format/number.ts'
import { layOut, NODE, type PlacedEnd, type PlacedNode } from './layout.ts'

const MARGIN = 12
const NAME_LENGTH = 20
const KINDS: Record<MapNode['kind'], string> = {
  service: '',
  database: 'database',
  queue: 'queue',
  external: 'elsewhere',
  outside: 'callers',
}

interface MapPictureProps {
  map: ServiceMap
  query: URLSearchParams
}

/** Who calls whom, as boxes and arrows. Each of them is a link, to its traces or its newest call. */
export function MapPicture({ map, query }: MapPictureProps): VNode {
  const { nodes: placed, ends, width, height } = layOut(map)
  const placeOf = new Map(placed.map((each) => [each.id, each]))
  const nameOf = new Map(map.nodes.map(({ id, name }) => [id, name]))
  return (
    <div class="scroll map">
      <svg
        viewBox={`${-MARGIN} ${-MARGIN} ${width + 2 * MARGIN} ${height + 2 * MARGIN + 16}`}
        width={width + 2 * MARGIN}
        height={height + 2 * MARGIN + 16}
        aria-label="Map of services"
      >
        <defs>
          <marker
            id="arrow"
            viewBox="0 0 8 8"
            refX="8"
            refY="4"
            markerWidth="8"
            markerHeight="8"
            orient="auto"
          >
            <path d="M0 0 8 4 0 8z" />
          </marker>
        </defs>
        {map.edges.map((edge, at) => {
          const [from, to, end] = [placeOf.get(edge.from), placeOf.get(edge.to), ends[at]]
          if (!from || !to || !end) return null
          return <Arrow key={`${edge.from} ${edge.to}`} {...{ edge, from, to, end, nameOf }} />
        })}
        {map.nodes.map((node) => {
          const place = placeOf.get(node.id)
          return place && <Box key={node.id} node={node} place={place} query={query} />
        })}
      </svg>
    </div>
  )
}

interface ArrowProps {
  edge: MapEdge
  from: PlacedNode
  to: PlacedNode
  end: PlacedEnd
  nameOf: ReadonlyMap<string, string>
}

function Arrow({ edge, from, to, end, nameOf }: ArrowProps): VNode {
  const { path, label } = curve(from, to, end)
  const figures = edgeText(edge)
  return (
    <a
      href={urlOf(`/traces/${edge.sample.traceId}`, { span: edge.sample.spanId })}
      class={edge.errors > 0 ? 'edge bad' : 'edge'}
      aria-label={`${nameOf.get(edge.from)} calls ${nameOf.get(edge.to)}: ${figures}`}
    >
      <path class="hit" d={path} />
      <path d={path} marker-end="url(#arrow)" />
      <text x={label.x} y={label.y} text-anchor={label.anchor}>
        {figures}
      </text>
    </a>
  )
}

/** Rate, failures and 95th percentile, in as few words as fit an arrow. */
function edgeText({ ratePerS, errors, errorRatio, p95Ms }: MapEdge): string {
  const failed = errors > 0 ? `, ${formatShare(errorRatio)} errors` : ''
  return `${formatNumber(ratePerS)}/s, p95 ${formatDuration(p95Ms)}${failed}`
}

interface Curve {
  path: string
  label: { x: number; y: number; anchor: 'end' | 'middle' }
}

function curve(from: PlacedNode, to: PlacedNode, end: PlacedEnd): Curve {
  if (end.isBack) {
    const [a, b] = [from.x + NODE.width / 2 + 8, to.x + NODE.width / 2 - 8]
    return {
      path: `M${a} ${from.y + NODE.height}V${end.y}H${b}V${to.y + NODE.height}`,
      label: { x: (a + b) / 2, y: end.labelY - 4, anchor: 'middle' },
    }
  }
  const [x, y] = [from.x + NODE.width, from.y + NODE.height / 2]
  const bend = 50
  return {
    path: `M${x} ${y}C${x + bend} ${y} ${x} ${end.y} ${x + bend} ${end.y}H${to.x}`,
    label: { x: to.x - 12, y: end.labelY - 4, anchor: 'end' },
  }
}

interface BoxProps {
  node: MapNode
  place: PlacedNode
  query: URLSearchParams
}

function Box({ node: { name, kind }, place, query }: BoxProps): VNode {
  const href =
    kind === 'service'
      ? urlOf('/traces', changed(carried(query), { service: name }))
      : urlOf('/traces', carried(query))
  const short = name.length > NAME_LENGTH ? `${name.slice(0, NAME_LENGTH - 1)}…` : name
  return (
    <a href={href} class={`node ${kind}`} aria-label={`${name} ${KINDS[kind]}`.trim()}>
      {short !== name && <title>{name}</title>}
      <rect x={place.x} y={place.y} width={NODE.width} height={NODE.height} rx="6" />
      <text x={place.x + NODE.width / 2} y={place.y + (KINDS[kind] ? 16 : 23)} text-anchor="middle">
        {short}{' '}
      </text>
      {KINDS[kind] && (
        <text class="kind" x={place.x + NODE.width / 2} y={place.y + 30} text-anchor="middle">
          {KINDS[kind]}
        </text>
      )}
    </a>
  )
}
