import type { Counter, Gauge, Histogram } from '@opentelemetry/api'
import { SCOPE_NAME } from '../base/version.ts'
import { lazily, lazyAdding, lazyHistogram, lazyRecording } from './lazy.ts'

/** A metric of this package's own that counts things. */
export const ownCounter = (name: string, unit: string, description: string): Pick<Counter, 'add'> =>
  lazyAdding({ unit, description, meter: SCOPE_NAME, integer: true }, (meter, options) =>
    meter.createCounter(name, options),
  )

/** A metric of this package's own that is a distribution, in seconds unless another unit is given. */
export const ownHistogram = (
  name: string,
  description: string,
  boundaries?: readonly number[],
  unit = 's',
): Pick<Histogram, 'record'> =>
  lazyHistogram(name, {
    unit,
    description,
    meter: SCOPE_NAME,
    ...(boundaries && { boundaries }),
  })

/** A metric of this package's own that counts what there is. */
export const ownUpDownCounter = (
  name: string,
  unit: string,
  description: string,
): Pick<Counter, 'add'> =>
  lazyAdding({ unit, description, meter: SCOPE_NAME, integer: true }, (meter, options) =>
    meter.createUpDownCounter(name, options),
  )

/** A metric of this package's own of which the last value counts. */
export const ownGauge = (name: string, unit: string, description: string): Pick<Gauge, 'record'> =>
  lazyRecording(
    lazily(
      { unit, description, meter: SCOPE_NAME, integer: true },
      (meter, options): Gauge => meter.createGauge(name, options),
    ),
  )
