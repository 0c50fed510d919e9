// Hands spans to an OpenTelemetry collector, in batches and in the background. Loaded only where there is one.
// It must never keep a span for ever: what the collector does not take is counted and dropped.
import { ROOT_CONTEXT, SpanStatusCode, TraceFlags, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
} from '@opentelemetry/resources';
import {
  AlwaysOnSampler,
  BasicTracerProvider,
  BatchSpanProcessor,
  type SpanExporter,
} from '@opentelemetry/sdk-trace-base';
import type { SpanFact } from './spans.ts';

const MAX_ATTRIBUTE_CHARACTERS = 400;
const MS_PER_S = 1_000;
const NS_PER_MS = 1_000_000;
/** Spans that wait for the collector, or are on their way. The SDK drops what is beyond it without a word. */
const MAX_WAITING = 2_048;
/** As the specification of the exporter numbers its results. */
const SUCCESS = 0;

export interface SpanExportOptions {
  /** The whole address, `/v1/traces` included. */
  url: string;
  serviceName: string;
  version: string;
  /** Identity of this process. */
  instance: string;
  onEnded: (outcome: 'exported' | 'failed', count: number, error?: Error) => void;
}

export interface SpanExport {
  add(span: SpanFact): void;
  /** Hands over what is left. */
  stop(): Promise<void>;
}

export function startSpanExport(options: SpanExportOptions): SpanExport {
  /** Of the span that is written next; the SDK asks for ids where others would draw them. */
  const next = { traceId: '', spanId: '' };
  let waiting = 0;
  const told: SpanExportOptions = {
    ...options,
    onEnded(outcome, count, error) {
      waiting -= count;
      options.onEnded(outcome, count, error);
    },
  };
  const provider = new BasicTracerProvider({
    resource: resourceOf(options),
    sampler: new AlwaysOnSampler(),
    idGenerator: { generateTraceId: () => next.traceId, generateSpanId: () => next.spanId },
    spanLimits: { attributeValueLengthLimit: MAX_ATTRIBUTE_CHARACTERS },
    spanProcessors: [new BatchSpanProcessor(counted(told), { maxQueueSize: MAX_WAITING })],
  });
  const tracer = provider.getTracer('onceward', options.version);

  return {
    add(fact) {
      if (waiting >= MAX_WAITING) {
        options.onEnded('failed', 1, new Error(`${waiting} spans are waiting already`));
        return;
      }
      waiting += 1;
      next.traceId = fact.traceId;
      next.spanId = fact.spanId;
      const { attributes } = fact;
      const startTime = hrTimeOf(fact.startMs);
      const span = tracer.startSpan(fact.name, { startTime, attributes }, parentOf(fact));
      for (const event of fact.events)
        span.addEvent(event.name, event.attributes, hrTimeOf(event.atMs));
      const { status } = fact;
      if (status.kind === 'ok') span.setStatus({ code: SpanStatusCode.OK });
      if (status.kind === 'error') {
        span.setStatus({ code: SpanStatusCode.ERROR, message: status.message });
      }
      span.end(hrTimeOf(Math.max(fact.startMs, fact.endMs)));
    },
    stop: () => provider.shutdown(),
  };
}

function resourceOf({ serviceName, version, instance }: SpanExportOptions) {
  const own = resourceFromAttributes({
    'service.name': serviceName,
    'service.version': version,
    'service.instance.id': instance,
  });
  return defaultResource()
    .merge(own)
    .merge(detectResources({ detectors: [envDetector] }));
}

function parentOf({ traceId, parentSpanId, isParentRemote: isRemote }: SpanFact) {
  if (parentSpanId === null) return ROOT_CONTEXT;
  const parent = { traceId, spanId: parentSpanId, isRemote, traceFlags: TraceFlags.SAMPLED };
  return trace.setSpanContext(ROOT_CONTEXT, parent);
}

/** The exporter, with what became of each batch. */
function counted({ url, onEnded }: SpanExportOptions): SpanExporter {
  const exporter = new OTLPTraceExporter({ url });
  return {
    export(spans, done) {
      exporter.export(spans, (result) => {
        const outcome = result.code === SUCCESS ? 'exported' : 'failed';
        onEnded(outcome, spans.length, result.error);
        done(result);
      });
    },
    forceFlush: () => exporter.forceFlush(),
    shutdown: () => exporter.shutdown(),
  };
}

function hrTimeOf(ms: number): [number, number] {
  const seconds = Math.floor(ms / MS_PER_S);
  return [seconds, Math.round((ms - seconds * MS_PER_S) * NS_PER_MS)];
}
