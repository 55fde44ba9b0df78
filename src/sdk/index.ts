export {
  type LogRecordSink,
  type MetricExporterLike,
  type SdkExporters,
  type SpanExporterLike,
  sdkExporters,
} from './exporters.ts'
export { type PipelineSpanExporter, spanExporter } from './span-exporter.ts'
export { spanProcessor } from './span-processor.ts'
