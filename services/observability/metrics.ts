// The metrics of one process, in a registry of its own, as Prometheus reads them.
// It must never throw into whoever is counted, nor keep a scrape waiting.
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Clock } from '../../transport/ports.ts';
import type { AuditEntry } from '../actors/audit-entry.ts';
import type { Observed } from '../actors/observer.ts';
import type { WebhookOutcome } from '../intake/webhook-outcome.ts';
import type { WebhookSource } from '../intake/webhook-source.ts';
import { meterEntry } from './audit-metrics.ts';
import { beginAtZero } from './first-samples.ts';
import { createFleetGauges } from './fleet-gauges.ts';
import { METRICS, type MetricDefinition } from './metric-definitions.ts';
import { actuatorLabel, alarmLabel, createProjectLabels } from './metric-labels.ts';
import type { ScrapeReading } from './scrape-reading.ts';

export interface Metrics {
  /** Counts one entry of the audit. */
  observe(entry: AuditEntry, observed: Observed): void;
  /** Counts a partition that this host begins to serve. */
  tookOver(): void;
  agentStarted(): void;
  agentEnded(): void;
  /** What a janitor has measured, and how many items it keeps for each reason. */
  swept(parts: Readonly<Record<string, number>>, reasons: Readonly<Record<string, number>>): void;
  /** Counts a look at the tracker and the forge of a project. */
  looked(project: string, outcome: 'done' | 'failed', durationMs: number): void;
  /** Counts what was done towards the outside, or for it. */
  deedDone(project: string, actuator: string, outcome: 'done' | 'shadowed' | 'failed'): void;
  /** Counts an alarm that no entry of the audit holds. */
  alarmed(reason: string): void;
  alarmActionEnded(action: AlarmAction, outcome: AlarmActionOutcome): void;
  webhookEnded(source: WebhookSource, outcome: WebhookOutcome): void;
  spansEnded(outcome: 'exported' | 'failed', count: number): void;
  /** Where the number of partitions this process serves is read from, at each scrape. */
  watchPartitions(count: () => number): void;
  /** What a scrape is answered, within about a second. */
  text(): Promise<string>;
  contentType: string;
}

/** How people are told of alarms. */
export type AlarmAction = 'command' | 'webhook' | 'slack';
export type AlarmActionOutcome = 'done' | 'failed' | 'held' | 'dropped';

export interface MetricsOptions {
  version: string;
  clock: Clock;
  readFacts: () => Promise<ScrapeReading>;
}

export function createMetrics({ version, clock, readFacts }: MetricsOptions): Metrics {
  const registry = new Registry();
  const meters = createMeters(registry);
  const { partitionsHeld, runningAgents, queueJobs, mailboxWaiting, fleetReadings } = meters;
  const { accountSuspended } = meters;
  beginAtZero(meters);
  collectDefaultMetrics({ register: registry });
  meters.buildInfo.set({ version }, 1);
  const fleet = createFleetGauges({
    ...{ ...meters, clock, readFacts, queueJobs, mailboxWaiting, accountSuspended },
    readings: fleetReadings,
  });
  const projects = createProjectLabels();
  let countPartitions = () => 0;

  return {
    observe: (entry, observed) => meterEntry(meters, entry, observed),
    tookOver: () => meters.takeovers.inc({ tier: 'partition' }),
    agentStarted: () => runningAgents.inc(),
    agentEnded: () => runningAgents.dec(),
    swept(parts, reasons) {
      for (const [part, bytes] of Object.entries(parts)) meters.diskUsed.set({ part }, bytes);
      meters.workspacesKept.reset();
      for (const [reason, items] of Object.entries(reasons)) {
        meters.workspacesKept.set({ reason }, items);
      }
    },
    looked(project, outcome, durationMs) {
      meters.outsideLooks.inc({ project: projects.labelOf(project), outcome });
      meters.outsideLookTime.observe(durationMs / 1_000);
    },
    deedDone: (_, actuator, outcome) =>
      meters.outsideDeeds.inc({ actuator: actuatorLabel(actuator), outcome }),
    alarmed: (reason) => meters.alarms.inc({ reason: alarmLabel(reason) }),
    alarmActionEnded: (action, outcome) => meters.alarmActions.inc({ action, outcome }),
    webhookEnded: (source, outcome) => meters.webhooks.inc({ source, outcome }),
    spansEnded: (outcome, count) => meters.spans.inc({ outcome }, count),
    watchPartitions(count) {
      countPartitions = count;
    },
    async text() {
      await fleet.refresh();
      partitionsHeld.set(countPartitions());
      return registry.metrics();
    },
    contentType: registry.contentType,
  };
}

/** One for each definition, under the same name. */
function createMeters(registry: Registry) {
  const counter = (definition: MetricDefinition) =>
    new Counter(configuration(definition, registry));
  const gauge = (definition: MetricDefinition) => new Gauge(configuration(definition, registry));
  const histogram = (definition: MetricDefinition) =>
    new Histogram({
      ...configuration(definition, registry),
      buckets: [...(definition.buckets ?? [])],
    });
  return {
    transitions: counter(METRICS.transitions),
    refusals: counter(METRICS.refusals),
    repeats: counter(METRICS.repeats),
    claims: counter(METRICS.claims),
    takeovers: counter(METRICS.takeovers),
    handOver: histogram(METRICS.handOver),
    exitToClaim: histogram(METRICS.exitToClaim),
    runStates: histogram(METRICS.runStates),
    budgets: counter(METRICS.budgets),
    agentTokens: counter(METRICS.agentTokens),
    agentPriced: counter(METRICS.agentPriced),
    agentCost: counter(METRICS.agentCost),
    agentTurns: counter(METRICS.agentTurns),
    alarms: counter(METRICS.alarms),
    alarmActions: counter(METRICS.alarmActions),
    webhooks: counter(METRICS.webhooks),
    spans: counter(METRICS.spans),
    queueJobs: gauge(METRICS.queueJobs),
    mailboxWaiting: gauge(METRICS.mailboxWaiting),
    accountSuspended: gauge(METRICS.accountSuspended),
    mergeEntries: gauge(METRICS.mergeEntries),
    mergeHeldUp: gauge(METRICS.mergeHeldUp),
    mergeTrials: counter(METRICS.mergeTrials),
    mergeItems: counter(METRICS.mergeItems),
    mergeHolderLosses: counter(METRICS.mergeHolderLosses),
    deploymentState: gauge(METRICS.deploymentState),
    deploymentQueue: gauge(METRICS.deploymentQueue),
    deploymentOperationNumber: gauge(METRICS.deploymentOperationNumber),
    deploymentHeldSince: gauge(METRICS.deploymentHeldSince),
    deploymentOperations: counter(METRICS.deploymentOperations),
    deploymentDuration: histogram(METRICS.deploymentDuration),
    deploymentMeasurements: counter(METRICS.deploymentMeasurements),
    deploymentIncidents: counter(METRICS.deploymentIncidents),
    deploymentHolds: counter(METRICS.deploymentHolds),
    deploymentHolderLosses: counter(METRICS.deploymentHolderLosses),
    fleetReadings: counter(METRICS.fleetReadings),
    partitionsHeld: gauge(METRICS.partitionsHeld),
    runningAgents: gauge(METRICS.runningAgents),
    diskUsed: gauge(METRICS.diskUsed),
    workspacesKept: gauge(METRICS.workspacesKept),
    outsideLooks: counter(METRICS.outsideLooks),
    outsideLookTime: histogram(METRICS.outsideLookTime),
    outsideDeeds: counter(METRICS.outsideDeeds),
    buildInfo: gauge(METRICS.buildInfo),
  } satisfies Record<keyof typeof METRICS, Counter | Gauge | Histogram>;
}

function configuration({ name, help, labels }: MetricDefinition, registry: Registry) {
  return { name, help, labelNames: Object.keys(labels), registers: [registry] };
}
