// Everything that looks on while a process works: metrics, traces, alarms. Each part is loaded only where it is asked for.
// It must never let a failure of its own through: whatever one onlooker throws is logged once, and the work goes on.

import type { Clock } from '../../transport/ports.ts';
import type { AuditEntry } from '../actors/audit-entry.ts';
import type { Log } from '../actors/log.ts';
import type { Observer } from '../actors/observer.ts';
import type { AlarmSettings } from '../config/alarm-settings.ts';
import type { MetricsSource } from '../web/web-options.ts';
import type { AgentCount } from '../workers/worker-deps.ts';
import type { AlarmActions } from './alarm-actions.ts';
import type { Metrics } from './metrics.ts';
import type { ScrapeReading } from './scrape-reading.ts';
import { startTracing, type Tracing, tracesUrl } from './tracing.ts';

const SERVICE_NAME_DEFAULT = 'onceward';

export interface ObservabilityOptions {
  version: string;
  /** Of this process, unique for each start. */
  identity: string;
  /** Whether this process decides: only then is there anything to be traced or to raise alarms. */
  isHost: boolean;
  /** Whether somebody can ask for metrics. */
  isScraped: boolean;
  alarms: AlarmSettings;
  /** Where the command for alarms is run. */
  folder: string;
  environment: Readonly<Record<string, string | undefined>>;
  readFacts: () => Promise<ScrapeReading>;
  clock: Clock;
  log: Log;
}

export interface Observability {
  observer: Observer;
  agents: AgentCount;
  /** Shows what a janitor has measured and kept. */
  onSwept: Metrics['swept'];
  /** Counts a look at a tracker and a forge. */
  onLook: Metrics['looked'];
  /** Counts what was done outside, or left out. */
  onDeed: Metrics['deedDone'];
  /** Tells of an alarm that is about this process, which writes no audit. */
  alarm(by: string, reason: string, message: string): void;
  /** Null when nobody can ask for them. */
  metrics: (MetricsSource & Pick<Metrics, 'watchPartitions' | 'webhookEnded'>) | null;
  /** Tells of alarms as these settings ask from now on. */
  apply(alarms: AlarmSettings): void;
  /** Hands over what is left, within seconds. Never rejects. */
  stop(): Promise<void>;
}

export async function startObservability(options: ObservabilityOptions): Promise<Observability> {
  const metrics = await metricsOf(options);
  const tracing = await tracingOf(options, metrics);
  const actions = await actionsOf(options, metrics);
  const safely = guarded(options.log);
  // What a host has decided is told by that host alone.
  const isToldOf = ({ outcome }: AuditEntry) => outcome === 'alarm' && options.isHost;
  return {
    observer: {
      observe(entry, observed) {
        if (metrics !== null) safely('metrics', () => metrics.observe(entry, observed));
        if (tracing !== null) safely('traces', () => tracing.observe(entry, observed));
        if (isToldOf(entry)) safely('alarms', () => actions.tell(entry));
      },
      tookOver: () => safely('metrics', () => metrics?.tookOver()),
      beginTrace: (opening) =>
        tracing === null ? null : (safely('traces', () => tracing.beginTrace(opening)) ?? null),
    },
    agents: {
      started: () => metrics?.agentStarted(),
      ended: () => metrics?.agentEnded(),
    },
    onSwept: (parts, reasons) => safely('metrics', () => metrics?.swept(parts, reasons)),
    onLook: (...look) => safely('metrics', () => metrics?.looked(...look)),
    onDeed: (...deed) => safely('metrics', () => metrics?.deedDone(...deed)),
    alarm(by, reason, message) {
      safely('metrics', () => metrics?.alarmed(reason));
      const entry = ownAlarm({ by, reason, message, atMs: options.clock.nowMs() });
      safely('alarms', () => actions.tell(entry));
    },
    metrics: metrics === null ? null : { ...metrics, metrics: metrics.text },
    apply: (alarms) => actions.apply(alarms),
    async stop() {
      await Promise.all([actions.stop(), tracing?.stop()]);
    },
  };
}

async function metricsOf({ isScraped, ...options }: ObservabilityOptions): Promise<Metrics | null> {
  if (!isScraped) return null;
  const { createMetrics } = await import('./metrics.ts');
  return createMetrics(options);
}

async function tracingOf(
  { isHost, environment, version, identity, clock, log }: ObservabilityOptions,
  metrics: Metrics | null,
): Promise<Tracing | null> {
  const url = isHost ? tracesUrl(environment) : null;
  if (url === null) return null;
  try {
    const serviceName = environment['OTEL_SERVICE_NAME'] || SERVICE_NAME_DEFAULT;
    const onSpans: Metrics['spansEnded'] = (outcome, count) => metrics?.spansEnded(outcome, count);
    const about = { url, serviceName, version, instance: identity };
    return await startTracing({ ...about, clock, log, onSpans });
  } catch (err) {
    log.error({ err }, 'traces cannot be sent; going on without them');
    return null;
  }
}

async function actionsOf(
  { alarms: settings, ...options }: ObservabilityOptions,
  metrics: Metrics | null,
): Promise<AlarmActions> {
  const { createAlarmActions } = await import('./alarm-actions.ts');
  const { clock, folder, environment, log } = options;
  return createAlarmActions({
    ...{ settings, clock, folder, environment, log },
    onEnded: (action, outcome) => metrics?.alarmActionEnded(action, outcome),
  });
}

/** In the form in which the audit has those of hosts. */
function ownAlarm(
  about: Pick<AuditEntry, 'by' | 'message' | 'atMs'> & { reason: string },
): AuditEntry {
  const { by } = about;
  return {
    ...{ address: by, id: by, type: 'alarm', door: '', outcome: 'alarm' },
    ...{ from: null, to: null, revision: null, claimant: null },
    ...about,
  };
}

type Part = 'metrics' | 'traces' | 'alarms';

function guarded(log: Log) {
  const failed = new Set<Part>();
  return <T>(part: Part, look: () => T): T | undefined => {
    try {
      return look();
    } catch (err) {
      // Said once: it may happen with every event.
      if (!failed.has(part)) log.error({ err, part }, 'looking on failed; the work goes on');
      failed.add(part);
      return undefined;
    }
  };
}
