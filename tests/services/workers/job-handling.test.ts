// A job is only a hint: the record decides whether there is anything to do, and what.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Effect } from '../../../machines/effect.ts';
import { archiveActor } from '../../../services/actors/archive.ts';
import { createCommitter } from '../../../services/actors/commit.ts';
import type { BucketName } from '../../../transport/ports.ts';
import { settled } from '../../support/virtual-clock.ts';
import { within } from '../../support/within.ts';
import { ask as event, ITEM, RUN } from '../actors/actor-events.ts';
import { jobOf, setup } from './job-handling-fixture.ts';

test(
  'the job that an opened run asks for is carried out, up to the claim',
  within(30_000, async () => {
    const { handling, host, logged, state } = await setup();
    const ordered = host.performed.find(({ effect }) => effect.type === 'job');
    assert.ok(ordered);
    const { kind, epoch } = ordered.effect as Extract<Effect, { type: 'job' }>;

    const outcome = await handling.carry(jobOf(kind, epoch));

    assert.is(outcome, 'done');
    assert.equal(logged, [['work', 'claim-won']]);
    assert.is(await state(), 'advanced');
  }),
);

test(
  'a job of an older epoch, or of one to come, is done with: nothing is asked and nothing runs',
  within(30_000, async () => {
    const { asked, handling, send, state } = await setup();
    await send('started', { epoch: 1, worker: 'worker-0', machine: 'machine-1' });
    await send('worker-lost', { epoch: 1, worker: 'worker-0' });

    const outcomes = [
      await handling.carry(jobOf('work', 1)),
      await handling.carry(jobOf('work', 3)),
    ];

    assert.equal(outcomes, ['done', 'done']);
    assert.equal(asked, []);
    assert.is(await state(), 'running.queued');
  }),
);

test(
  'a job of a run that another worker has is done with after one refusal',
  within(30_000, async () => {
    const { asked, handling, send, state } = await setup();
    await send('started', { epoch: 1, worker: 'worker-0', machine: 'machine-1' });

    const outcome = await handling.carry(jobOf('work'));

    assert.is(outcome, 'done');
    assert.equal(asked, ['started']);
    assert.is(await state(), 'running.starting');
  }),
);

test(
  'a job of a finished run does no work',
  within(30_000, async () => {
    const { asked, handling } = await setup();
    await handling.carry(jobOf('work'));
    asked.length = 0;

    const outcome = await handling.carry(jobOf('work'));

    assert.is(outcome, 'done');
    assert.equal(asked, ['started']);
  }),
);

test(
  'a job of an archived run, or of none, is done with: nothing is asked',
  within(30_000, async () => {
    const { asked, handling, host, world } = await setup();
    await handling.carry(jobOf('work'));
    asked.length = 0;
    await archiveActor(RUN, {
      bucketOf: world.bucket,
      committerOf: (name: BucketName) =>
        createCommitter(world.bucket(name), { clock: world.clock, mode: 'single' }),
      ...{ cache: host.cache, forgetDeadlines: () => {} },
    });

    const unknown = JSON.stringify({ v: 1, address: 'run.shop.9.build.1', kind: 'work', epoch: 1 });
    const outcomes = [await handling.carry(jobOf('work')), await handling.carry(unknown)];

    assert.equal(outcomes, ['done', 'done']);
    assert.equal(asked, []);
  }),
);

test(
  'what is no job is done with',
  within(30_000, async () => {
    const { asked, handling } = await setup();
    const bodies = ['', '{', '{}', '{"v":2}', jobOf('work').replace(RUN, 'no address')];

    const outcomes = await Promise.all(bodies.map((body) => handling.carry(body)));

    assert.equal(outcomes, Array(5).fill('done'));
    assert.equal(asked, []);
  }),
);

test(
  'an evaluation of a run without an exit claims nothing',
  within(30_000, async () => {
    const { asked, handling, logged } = await setup();

    const outcome = await handling.carry(jobOf('evaluate'));

    assert.is(outcome, 'done');
    assert.equal(logged, [['evaluate', 'no-exit']]);
    assert.equal(asked, []);
  }),
);

test(
  'an evaluation asked for after the grace judges on the record and claims',
  within(30_000, async () => {
    const { handling, host, logged, send, state } = await setup();
    await send('started', { epoch: 1, worker: 'worker-0', machine: 'machine-1' });
    await send('exited', { epoch: 1, code: 1 });
    await host.actors.deliver(event(RUN, 'grace-elapsed', { atMs: 10 ** 9, door: 'deadline' }));
    const before = await state();

    const outcome = await handling.carry(jobOf('evaluate'));

    assert.is(before, 'graceExpired');
    assert.is(outcome, 'done');
    assert.equal(logged, [['evaluate', 'claim-won']]);
    assert.is(await state(), 'advanced');
  }),
);

test(
  'a cleanup of what another machine holds tells the run nothing',
  within(30_000, async () => {
    const { handling, logged, send, state } = await setup();
    await send('started', { epoch: 1, worker: 'worker-0', machine: 'machine-2' });
    const processGroup = { pid: 999_999, startTicks: 1 };
    await send('progress', { epoch: 1, processGroup });
    await send('cancel', {}, ITEM);

    const outcome = await handling.carry(jobOf('cleanup'));

    assert.is(outcome, 'done');
    assert.equal(logged, [['cleanup', 'elsewhere']]);
    assert.is(await state(), 'cancelling');
  }),
);

test(
  'a cleanup on the same machine says that the process is gone',
  within(30_000, async () => {
    const { handling, send, state } = await setup();
    await send('started', { epoch: 1, worker: 'worker-0', machine: 'machine-1' });
    await send('progress', { epoch: 1, processGroup: { pid: 999_999, startTicks: 1 } });
    await send('cancel', {}, ITEM);
    const before = await state();

    const outcome = await handling.carry(jobOf('cleanup'));

    assert.is(before, 'cancelling');
    assert.is(outcome, 'done');
    assert.is(await state(), 'cancelled');
  }),
);

test(
  'an abort ends the command and hands the run back, for another worker to begin anew',
  within(30_000, async () => {
    const { asked, handling, host, state } = await setup({ command: 'sleep 60' });
    const carried = handling.carry(jobOf('work'));
    while (!asked.includes('progress')) await settled();

    handling.abort();
    await carried;

    assert.is(asked.at(-1), 'worker-lost');
    assert.is(await state(), 'running.queued');
    const jobs = host.performed.filter(({ effect }) => effect.type === 'job');
    assert.equal(
      jobs.map(({ effect }) => effect.type === 'job' && effect.epoch),
      [1, 2],
    );
  }),
);

test(
  'a job that comes after the abort is left to other workers',
  within(30_000, async () => {
    const { asked, handling, state } = await setup();
    handling.abort();

    const outcome = await handling.carry(jobOf('work'));

    assert.is(outcome, 'later');
    assert.equal(asked, []);
    assert.is(await state(), 'running.queued');
  }),
);

test.run();
