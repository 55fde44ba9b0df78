/** The three kinds of telemetry, by the names that OpenTelemetry's variables have for them. */
export type SignalName = 'traces' | 'metrics' | 'logs'
