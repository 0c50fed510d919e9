// The holder of a merge queue is live work: its loss is told by its token, and a host that knows no better learns.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { stageSchema } from '../../../machines/pipeline.ts';
import { stateName } from '../../../machines/record.ts';
import { mergeContextOf } from '../../../machines/typed-context.ts';
import { reportLost } from '../../../services/sweeps/lost-work.ts';
import { judgeSweep } from '../../../services/sweeps/reaper.ts';
import { within } from '../../support/within.ts';
import { ask } from '../actors/actor-events.ts';
import { type ActorHost, createActorHost, createActorWorld } from '../actors/actor-hosts.ts';

const QUEUE = 'merge.shop.main';
const SHA = 'a'.repeat(40);
const TTL_MS = 10_000;
const STAGE = stageSchema.parse({ name: 'land', kind: 'merge', merge: { admission: 'none' } });

/** A queue with one item, tried by `worker-1`, known to both hosts. */
async function setup() {
  const world = createActorWorld();
  const [owner, other] = [createActorHost(world, 'host-a'), createActorHost(world, 'host-b')];
  const atMs = world.clock.nowMs();
  const send = (host: ActorHost, type: string, data: Record<string, unknown> = {}) =>
    host.actors.deliver(ask(QUEUE, type, { atMs, door: 'tell', data }));
  const settings = { stage: STAGE, repository: 'x', baseBranch: 'main', digest: 'd' };
  const rest = { sinceMs: 1, reminderMs: 60_000 };
  await send(owner, 'open');
  await send(owner, 'enqueue', {
    ...{ item: '7', headSha: SHA, stage: 'land', attempt: 1 },
    settings: { ...settings, ...rest },
  });
  const take = (worker: string) => send(owner, 'take', { worker, machine: 'm' });
  await take('worker-1');
  const record = async () => {
    const stored = await world.stored(QUEUE);
    if (stored === null) throw new Error('there is no queue');
    return stored.record;
  };
  const show = async () => {
    const stored = await world.stored(QUEUE);
    if (stored !== null) other.liveRuns.update(QUEUE, stored);
  };
  await show();
  const told: string[] = [];
  const lines: string[] = [];
  const note = (fields: Record<string, unknown>) => void lines.push(String(fields['outcome']));
  /** As a sweep of this host does, which sees none of these workers. */
  const sweep = async (host: ActorHost, ...gone: string[]) => {
    const unseenMs = (worker: string) => (gone.includes(worker) ? TTL_MS : 0);
    const judged = judgeSweep(host.liveRuns.list(), unseenMs, TTL_MS);
    if (judged.kind !== 'reap') return;
    const teller = {
      async tell(event: Parameters<Parameters<typeof reportLost>[0]['tell']>[0]) {
        told.push(`${event.type} ${event.id}`);
        const { reply } = await host.actors.deliver({ ...event, atMs });
        return reply;
      },
    };
    for (const lost of judged.lost) {
      await reportLost(teller, lost, { info: note, warn: note, error: note });
    }
  };
  const holder = async () => mergeContextOf(await record()).holder?.worker ?? null;
  const state = async () => stateName((await record()).state);
  return { owner, other, send, take, show, sweep, told, lines, holder, state };
}

test(
  'a holder whose worker is gone loses the lease, and the next one goes on from there',
  within(5_000, async () => {
    const { owner, sweep, told, holder, state, take } = await setup();
    const token = owner.liveRuns.list()[0]?.epoch;

    await sweep(owner, 'worker-1');
    const lost = await holder();
    await take('worker-2');

    assert.equal(told, [`holder-lost ${QUEUE}:${token}:holder-lost`]);
    assert.equal([lost, await holder(), await state()], [null, 'worker-2', 'preparing']);
  }),
);

test(
  'several hosts may say it of one holder: it is lost once',
  within(5_000, async () => {
    const { owner, other, sweep, lines, told } = await setup();

    await sweep(owner, 'worker-1');
    await sweep(other, 'worker-1');
    await sweep(other, 'worker-1');

    assert.equal(lines, ['applied', 'applied']);
    assert.is(new Set(told).size, 1);
    assert.equal(other.liveRuns.list(), []);
  }),
);

test(
  'a host that has not heard of the next holder says it once, harms nobody, and knows from then on',
  within(5_000, async () => {
    const { owner, other, send, sweep, lines, take, holder } = await setup();
    const { epoch: token } = owner.liveRuns.list()[0] ?? {};
    await send(owner, 'failed', { token, trial: 1, cause: 'disk-full', summary: '' });
    await take('worker-2');

    await sweep(other, 'worker-1');
    await sweep(other, 'worker-1');

    assert.equal([lines, await holder()], [['refused'], 'worker-2']);
    assert.equal(
      other.liveRuns.list().map(({ worker }) => worker),
      ['worker-2'],
    );
  }),
);

test(
  'a record that was read anew for a refusal is what the reaper knows from then on',
  within(5_000, async () => {
    const { owner, other, send, sweep, lines, take } = await setup();
    await send(other, 'freeze', { reason: 'x' });
    await send(other, 'resume');
    await take('worker-1');
    await send(other, 'move', { item: '7', to: 'first' });
    const { epoch: token } = owner.liveRuns.list()[0] ?? {};
    await send(owner, 'failed', { token, trial: 2, cause: 'disk-full', summary: '' });
    await take('worker-2');
    await send(other, 'eject', { item: 'nobody', reason: 'x' });

    await sweep(other, 'worker-1');

    assert.equal(lines, []);
    assert.equal(
      other.liveRuns.list().map(({ worker }) => worker),
      ['worker-2'],
    );
  }),
);

test(
  'what another host has reported before is a repeat, and known from then on',
  within(5_000, async () => {
    const { owner, other, send, sweep, lines, take, show } = await setup();
    await send(other, 'freeze', { reason: 'x' });
    await send(other, 'resume');
    await take('worker-1');
    await show();
    await sweep(owner, 'worker-1');
    await take('worker-2');

    await sweep(other, 'worker-1');
    await sweep(other, 'worker-1');

    assert.equal(lines, ['applied', 'applied']);
  }),
);

test(
  'a holder that has given the lease back is nobody to be missed',
  within(5_000, async () => {
    const { owner, send } = await setup();
    const { epoch: token } = owner.liveRuns.list()[0] ?? {};
    await send(owner, 'failed', { token, trial: 1, cause: 'disk-full', summary: '' });

    assert.equal(owner.liveRuns.list(), []);
  }),
);

test.run();
