// Who looks on fails for itself alone: nothing of it reaches the host, and what nobody asked for is not there.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { AuditEntry } from '../../../services/actors/audit-entry.ts';
import { alarmSettingsSchema } from '../../../services/config/alarm-settings.ts';
import {
  type ObservabilityOptions,
  startObservability,
} from '../../../services/observability/observability.ts';
import { ask, openRun, RUN, type TestActor } from '../../support/machine-steps.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { createVirtualClock } from '../../support/virtual-clock.ts';
import { within } from '../../support/within.ts';
import { ALARM, startWebhook } from './alarm-fixture.ts';

const ENTRY: AuditEntry = {
  ...{ atMs: 1, address: RUN, id: 'i', type: 'started', door: 'ask', outcome: 'applied' },
  ...{ from: 'running.queued', to: 'running.starting', revision: 6, claimant: null },
  ...{ reason: null, message: '', by: 'host-1' },
};
const OPENING = {
  address: 'item.shop.7',
  type: 'open',
  id: 'i',
  atMs: 1,
  data: {},
  door: 'ask',
} as const;

async function setup(given: Partial<ObservabilityOptions> = {}) {
  const logged: string[] = [];
  const log = (_: object, message: string) => void logged.push(message);
  const observability = await startObservability({
    ...{ version: '1', identity: 'host-1', isHost: true, isScraped: true, environment: {} },
    ...{ alarms: alarmSettingsSchema.parse({}), folder: temporaryDirectory() },
    readFacts: async () => ({ partitions: [], queues: [] }),
    clock: createVirtualClock(),
    log: { info: log, warn: log, error: log },
    ...given,
  });
  return { observability, logged };
}

/** A record whose context nobody can have made. */
function broken(actor: TestActor) {
  const { record } = actor.stored();
  return { ...record, context: null } as unknown as typeof record;
}

test(
  'an onlooker that throws is logged once, and the others go on',
  within(10_000, async () => {
    const actor = openRun();
    const before = actor.stored().record;
    actor.send(ask('started', { epoch: 1, worker: 'w' }));
    const environment = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' };
    const { observability, logged } = await setup({ environment });

    observability.observer.observe(ENTRY, { before, after: broken(actor) });
    observability.observer.observe(ENTRY, { before, after: broken(actor) });

    assert.equal(logged, Array(2).fill('looking on failed; the work goes on'));
    assert.match((await observability.metrics?.metrics()) ?? '', 'onceward_transitions_total{');
    await observability.stop();
  }),
);

test(
  'without a collector no trace is begun, and without anybody to scrape there are no metrics',
  within(10_000, async () => {
    const { observability } = await setup({ isScraped: false });

    assert.is(observability.observer.beginTrace(OPENING), null);
    assert.is(observability.metrics, null);
    observability.observer.observe(ENTRY, { before: null, after: null });
    observability.observer.tookOver(1);
    observability.agents.started();
    await observability.stop();
  }),
);

test(
  'with a collector every item without a trace gets one',
  within(10_000, async () => {
    const environment = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' };
    const { observability } = await setup({ environment });

    assert.match(
      String(observability.observer.beginTrace(OPENING)),
      /^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/,
    );
    await observability.stop();
  }),
);

test(
  'an address that is none switches traces off, and says so',
  within(10_000, async () => {
    const { observability, logged } = await setup({
      environment: { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'not an address' },
    });

    assert.is(observability.observer.beginTrace(OPENING), null);
    assert.equal(logged, ['traces cannot be sent; going on without them']);
  }),
);

test(
  'alarms of a host are told as the newest settings ask, and counted',
  within(10_000, async () => {
    const webhook = await startWebhook(200);
    const { observability } = await setup();
    const { observer, metrics } = observability;
    observer.observe(ALARM, { before: null, after: null });
    observability.apply(alarmSettingsSchema.parse({ webhook: webhook.url }));
    observer.observe(ALARM, { before: null, after: null });
    observer.observe({ ...ALARM, outcome: 'refused' }, { before: null, after: null });
    await observability.stop();

    const text = (await metrics?.metrics()) ?? '';
    assert.is(webhook.posted.length, 1);
    assert.match(text, 'onceward_alarms_total{reason="budget-exhausted"} 2');
    assert.match(text, 'onceward_alarm_actions_total{action="webhook",outcome="done"} 1');
    await webhook.close();
  }),
);

test(
  'a worker alone tells of what is about itself, counts it, and shows what its janitor has found',
  within(10_000, async () => {
    const webhook = await startWebhook(200);
    const { observability } = await setup({
      isHost: false,
      alarms: alarmSettingsSchema.parse({ webhook: webhook.url }),
    });

    observability.alarm('worker-1', 'disk-budget', 'too much');
    observability.onSwept({ worktrees: 4_096 }, { 'not-landed': 2 });
    const text = (await observability.metrics?.metrics()) ?? '';
    await observability.stop();

    assert.is(webhook.posted.length, 1);
    assert.match(webhook.posted[0]?.body ?? '', '"reason":"disk-budget"');
    assert.match(text, 'onceward_alarms_total{reason="disk-budget"} 1');
    assert.match(text, 'onceward_disk_used_bytes{part="worktrees"} 4096');
    assert.match(text, 'onceward_workspaces_kept{reason="not-landed"} 2');
    await webhook.close();
  }),
);

test(
  'a worker alone tells nobody of alarms of others, and traces nothing',
  within(10_000, async () => {
    const webhook = await startWebhook(200);
    const { observability } = await setup({
      isHost: false,
      environment: { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' },
      alarms: alarmSettingsSchema.parse({ webhook: webhook.url }),
    });
    observability.observer.observe(ALARM, { before: null, after: null });
    await observability.stop();

    assert.equal(webhook.posted, []);
    assert.is(observability.observer.beginTrace(OPENING), null);
    await webhook.close();
  }),
);

test.run();
