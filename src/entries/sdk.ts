export {
  type LogRecordSink,
  type MetricExporterLike,
  type SdkExporters,
  type SpanExporterLike,
  sdkExporters,
} from '../export/sdk/exporters.ts'
export { type PipelineSpanExporter, spanExporter } from '../interop/sdk/span-exporter.ts'
export { spanProcessor } from '../interop/sdk/span-processor.ts'
