// What is counted of merge queues: each trial, item and lost holder once; and what a scrape says of each queue.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { stageSchema } from '../../../machines/pipeline.ts';
import { readMergeFacts } from '../../../services/observability/merge-facts.ts';
import { METRICS } from '../../../services/observability/metric-definitions.ts';
import { ask, type Step, type StepMaker, tell } from '../../support/machine-steps.ts';
import { within } from '../../support/within.ts';
import { ask as event } from '../actors/actor-events.ts';
import { createActorHost, createActorWorld } from '../actors/actor-hosts.ts';
import { NOTHING, setup } from './metrics-fixture.ts';
import { openObserved } from './observed-actor.ts';

const QUEUE = 'merge.shop.release=2F1';
const SHA = 'a'.repeat(40);
const OTHER_SHA = 'b'.repeat(40);
const STAGE = stageSchema.parse({ name: 'land', kind: 'merge', merge: { admission: 'none' } });

const settings = {
  ...{ stage: STAGE, repository: 'x', baseBranch: 'release/1', digest: 'd' },
  ...{ sinceMs: 1, reminderMs: 60_000 },
};
const enqueue = tell('enqueue', { item: '7', headSha: SHA, stage: 'land', attempt: 1, settings });
const take = (worker: string) => ask('take', { worker, machine: 'm' });
/** A report of whoever holds the lease. */
const report =
  (type: string, data: Record<string, unknown> = {}): StepMaker =>
  ({ record }): Step => {
    const { holder, trial } = record.context as {
      holder?: { token: number; worker: string };
      trial?: { number: number };
    };
    const lease = { token: holder?.token, trial: trial?.number, worker: holder?.worker };
    return {
      ...ask(type, { ...lease, ...data }),
      id: `${type}-${record.sinceMs}-${holder?.token}`,
    };
  };
const member = { item: '7', headSha: SHA };
const base = { baseSha: OTHER_SHA, baseTreeSha: OTHER_SHA };
const candidate = { sha: OTHER_SHA, treeSha: SHA, members: [{ ...member, landsAs: OTHER_SHA }] };
const prepared = report('prepared', { ...base, candidate });
const validated = (kind: string) => report('validated', { kind, cause: 'gates' });

function queue() {
  const metrics = setup();
  return { ...metrics, actor: openObserved(QUEUE, tell('open'), metrics.observer) };
}

test(
  'a landing is one trial and one item that landed',
  within(5_000, async () => {
    const { actor, valuesOf } = queue();
    actor.take(enqueue, take('worker-1'), prepared, validated('pass'), report('landed'));
    actor.take(report('verified', { baseSha: OTHER_SHA, isHeld: true, treeSha: SHA }));

    assert.is(actor.state(), 'idle');
    assert.equal(await valuesOf(METRICS.mergeTrials), { '{outcome="landed"}': 1 });
    assert.equal(await valuesOf(METRICS.mergeItems), { '{outcome="landed"}': 1 });
    assert.equal(await valuesOf(METRICS.mergeHolderLosses), {});
  }),
);

test(
  'red trials count each by itself, and an item that is sent back once',
  within(5_000, async () => {
    const { actor, valuesOf } = queue();
    actor.take(enqueue);
    actor.take(take('worker-1'), prepared, validated('product_fail'));
    actor.take(take('worker-1'), report('prepared', base), validated('pass'));
    actor.take(take('worker-1'), prepared, validated('product_fail'));

    assert.equal(await valuesOf(METRICS.mergeTrials), {
      '{outcome="red"}': 2,
      '{outcome="green-base"}': 1,
    });
    assert.equal(await valuesOf(METRICS.mergeItems), { '{outcome="sent-back"}': 1 });
  }),
);

test(
  'a holder that is lost counts, by how it was missed; what is refused does not',
  within(5_000, async () => {
    const { actor, valuesOf } = queue();
    const lost = report('holder-lost', { evidence: 'not seen' });
    actor.take(enqueue, take('worker-1'), lost, lost, take('worker-2'));

    assert.equal(await valuesOf(METRICS.mergeHolderLosses), { '{cause="holder-lost"}': 1 });
  }),
);

test(
  'a queue’s alarm is counted by its reason',
  within(5_000, async () => {
    const { metrics, valuesOf } = setup();
    for (const cause of ['frozen', 'red-base', 'base-rewritten', 'paused', 'faulty']) {
      metrics.alarmed(`queue-${cause}`);
    }

    assert.is(Object.keys(await valuesOf(METRICS.alarms)).length, 5);
    assert.is((await valuesOf(METRICS.alarms))['{reason="other"}'], undefined);
  }),
);

test(
  'a scrape says how long each queue is and whether it is held up, and nothing of what it cannot read',
  within(5_000, async () => {
    const world = createActorWorld();
    const { actors } = createActorHost(world, 'host-a');
    for (const key of ['shop.main', 'shop.release=2F1']) {
      await actors.deliver(event(`merge.${key}`, 'open', { door: 'tell' }));
    }
    await actors.deliver(event(QUEUE, 'freeze', { data: { by: 'alice', reason: 'x' } }));
    await world.bucket('onceward-merges').write({ key: 'shop.x', value: '{', expectedRevision: 0 });
    const merges = await readMergeFacts(world);
    const { samples } = setup(async () => ({ ...NOTHING, merges }));
    const told = (await samples()).filter(([sample]) => sample.startsWith('onceward_merge_queue'));

    assert.equal(Object.fromEntries(told), {
      'onceward_merge_queue_entries{project="shop",branch="main"}': 0,
      'onceward_merge_queue_entries{project="shop",branch="release/1"}': 0,
      'onceward_merge_queue_held_up{project="shop",branch="main"}': 0,
      'onceward_merge_queue_held_up{project="shop",branch="release/1"}': 1,
    });
  }),
);

test.run();
