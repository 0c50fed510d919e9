// The traces of items: written by the host that takes a step, when it takes it, from the two records.
// It must never hold a host up or fail it, and cost nothing where no collector is named.
import type { ActorEvent } from '../../machines/event.ts';
import type { Clock } from '../../transport/ports.ts';
import type { AuditEntry } from '../actors/audit-entry.ts';
import type { Log } from '../actors/log.ts';
import type { Observed } from '../actors/observer.ts';
import type { SpanExport } from './span-export.ts';
import { spansOf } from './spans.ts';
import { beginTrace } from './trace-ids.ts';

/** How long an ending process waits for the collector to take what is left. */
const STOP_LIMIT_MS = 3_000;
/** Between two lines of the log about a collector that does not take spans. */
const COMPLAINT_PERIOD_MS = 60_000;
const TRACES_PATH = '/v1/traces';

export interface TracingOptions {
  /** The whole address of the collector. */
  url: string;
  serviceName: string;
  version: string;
  instance: string;
  clock: Clock;
  log: Log;
  onSpans: (outcome: 'exported' | 'failed', count: number) => void;
}

export interface Tracing {
  observe(entry: AuditEntry, observed: Observed): void;
  beginTrace(opening: ActorEvent): string;
  /** Hands over what is left, within a few seconds. Never rejects. */
  stop(): Promise<void>;
}

/** Where traces go, or null where they do not; the names are those of OpenTelemetry. */
export function tracesUrl(
  environment: Readonly<Record<string, string | undefined>>,
): string | null {
  const { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: own, OTEL_EXPORTER_OTLP_ENDPOINT: common } =
    environment;
  if (environment['OTEL_SDK_DISABLED'] === 'true') return null;
  if (own) return own;
  return common ? `${common.replace(/\/+$/, '')}${TRACES_PATH}` : null;
}

/** Loads the SDK. @throws TypeError when the address is none */
export async function startTracing(options: TracingOptions): Promise<Tracing> {
  const { url, serviceName, version, instance, clock, log, onSpans } = options;
  new URL(url);
  const { startSpanExport } = await import('./span-export.ts');
  let silentUntilMs = Number.NEGATIVE_INFINITY;
  const onEnded = (outcome: 'exported' | 'failed', count: number, err?: Error) => {
    onSpans(outcome, count);
    if (outcome === 'exported' || clock.monotonicMs() < silentUntilMs) return;
    silentUntilMs = clock.monotonicMs() + COMPLAINT_PERIOD_MS;
    log.warn({ err, spans: count }, 'the collector of traces does not take them; they are dropped');
  };
  const spans: SpanExport = startSpanExport({ url, serviceName, version, instance, onEnded });

  return {
    observe({ address, revision, outcome }, { before, after }) {
      if (outcome !== 'applied' || after === null) return;
      for (const span of spansOf(address, revision, { before, after })) spans.add(span);
    },
    beginTrace: ({ address, id, atMs }) => beginTrace(address, id, atMs),
    async stop() {
      let cancel = () => {};
      const isOver = new Promise<void>((resolve) => {
        cancel = clock.after(STOP_LIMIT_MS, resolve);
      });
      // What could not be handed over has been counted and told.
      await Promise.race([spans.stop().catch(() => {}), isOver]);
      cancel();
    },
  };
}
