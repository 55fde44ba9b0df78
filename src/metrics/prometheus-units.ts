/** Words for UCUM units, as Prometheus spells them. Pairs in one text: it compresses better than an object. */
const UNITS =
  'd days,h hours,min minutes,s seconds,ms milliseconds,us microseconds,ns nanoseconds,By bytes,KiBy kibibytes,MiBy mebibytes,GiBy gibibytes,TiBy tebibytes,KBy kilobytes,MBy megabytes,GBy gigabytes,TBy terabytes,m meters,V volts,A amperes,J joules,W watts,g grams,Cel celsius,Hz hertz,1 ,% percent'

const PER_UNITS = 's second,m minute,min minute,h hour,d day,w week,mo month,y year'

const lookUp = (table: string, unit: string): string | undefined =>
  table
    .split(',')
    .map((pair) => pair.split(' '))
    .find(([code]) => code === unit)?.[1]

const clean = (text: string): string => text.replace(/[^a-zA-Z0-9]+/g, '_').replace(/^_|_$/g, '')

const word = (table: string, unit = ''): string =>
  /[{}]/.test(unit) ? '' : (lookUp(table, unit) ?? clean(unit))

/**
 * A unit as words: what is measured, and per what. Annotations in braces say nothing.
 * Follows the OpenTelemetry specification, "Prometheus and OpenMetrics Compatibility: Metric Metadata".
 */
export const unitWords = (unit: string): [main: string, per: string] => {
  const slash = unit.indexOf('/')
  return slash < 0
    ? [word(UNITS, unit.trim()), '']
    : [word(UNITS, unit.slice(0, slash).trim()), word(PER_UNITS, unit.slice(slash + 1).trim())]
}
