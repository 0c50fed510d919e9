// How each kind of effect is performed: under its id, with its fence, and never silently in vain.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Effect } from '../../../machines/effect.ts';
import type { ActorEvent } from '../../../machines/event.ts';
import { createPerform } from '../../../services/actors/perform.ts';
import type { HostWorld, JobMessage, RefusalReason, Reply } from '../../../transport/ports.ts';
import { settled } from '../../support/virtual-clock.ts';
import { within } from '../../support/within.ts';
import { ITEM, RUN } from './actor-events.ts';
import { createActorHost, createActorWorld } from './actor-hosts.ts';

const ORIGIN = { id: `${RUN}:12:0`, address: RUN, fence: 12 };
const TELL: Effect = { type: 'tell', to: ITEM, event: 'advance', data: { stage: 'build' } };

function setup(
  answer: Reply = { outcome: 'applied', revision: 3, state: 'done', isRepeat: false },
) {
  const world = createActorWorld();
  const jobs: JobMessage[] = [];
  const told: ActorEvent[] = [];
  const alarms: unknown[] = [];
  const perform = createPerform({
    world: {
      clock: world.clock,
      async publishJob(job) {
        jobs.push(job);
      },
    } as Partial<HostWorld> as HostWorld,
    async tell(event) {
      told.push(event);
      return answer;
    },
    archive: {
      bucketOf: world.bucket,
      committerOf: () => {
        throw new Error('nothing is archived here');
      },
      cache: createActorHost(world, 'host-a').cache,
      forgetDeadlines: () => {},
    },
    alarm: async ({ id }, reason, message) => void alarms.push([id, reason, message]),
  });
  return { alarms, clock: world.clock, jobs, perform, told };
}

function refusal(reason: RefusalReason): Reply {
  return { outcome: 'refused', reason, message: 'why', state: null };
}

test(
  'a tell is an event under the id of its effect, at the time it is told',
  within(5_000, async () => {
    const { clock, perform, told } = setup();

    await perform(TELL, ORIGIN);

    assert.equal(told, [
      {
        ...{ address: ITEM, type: 'advance', id: ORIGIN.id, data: { stage: 'build' } },
        ...{ atMs: clock.nowMs(), door: 'tell' },
      },
    ]);
  }),
);

test(
  'a job is published under the id of its effect, and carries epoch and fence',
  within(5_000, async () => {
    const { jobs, perform } = setup();

    await perform({ type: 'job', pool: 'gpu', kind: 'work', project: 'shop', epoch: 2 }, ORIGIN);

    const body = JSON.stringify({ v: 1, address: RUN, kind: 'work', epoch: 2, fence: 12 });
    assert.equal(jobs, [{ pool: 'gpu', kind: 'work', project: 'shop', body, id: ORIGIN.id }]);
  }),
);

test(
  'an alarm is raised as it stands in the record',
  within(5_000, async () => {
    const { alarms, perform } = setup();

    await perform({ type: 'alarm', reason: 'still-waiting', message: 'stage build' }, ORIGIN);

    assert.equal(alarms, [[ORIGIN.id, 'still-waiting', 'stage build']]);
  }),
);

test(
  'a tell that is refused because of the state of the other is done',
  within(5_000, async () => {
    for (const reason of ['not-now', 'finished', 'stale-epoch', 'revision'] as const) {
      const { alarms, perform } = setup(refusal(reason));

      await perform(TELL, ORIGIN);

      assert.equal(alarms, []);
    }
  }),
);

test(
  'a tell that no state explains the refusal of is done with an alarm',
  within(5_000, async () => {
    for (const reason of ['schema', 'too-large', 'unknown-type', 'newer-version'] as const) {
      const { alarms, perform } = setup(refusal(reason));

      await perform(TELL, ORIGIN);

      const message = `advance from ${RUN} was refused by ${ITEM}: why`;
      assert.equal(alarms, [[ORIGIN.id, `tell-${reason}`, message]]);
    }
  }),
);

test(
  'archiving what is not there is done: it was archived before',
  within(5_000, async () => {
    const { perform } = setup();

    await perform({ type: 'archive', addresses: [RUN, ITEM] }, ORIGIN);
    await settled();
  }),
);

test.run();
