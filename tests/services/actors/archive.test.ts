// The archive: a finished actor is copied first, then removed, and never comes back.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type ActorRecord, MAX_RECORD_BYTES } from '../../../machines/record.ts';
import { type Archived, archiveActor } from '../../../services/actors/archive.ts';
import { createCommitter } from '../../../services/actors/commit.ts';
import type { BucketName } from '../../../transport/ports.ts';
import { rejects } from '../../support/rejects.ts';
import { within } from '../../support/within.ts';
import { ask, claim, exited, RUN, runOpening } from './actor-events.ts';
import { createActorHost, createActorWorld, LONG_MS } from './actor-hosts.ts';

const RUN_KEY = RUN.slice('run.'.length);

function setup() {
  const world = createActorWorld();
  const host = createActorHost(world, 'host-a');
  const runs = world.bucket('onceward-runs');
  const archived = world.bucket('onceward-archive');
  const forgotten: string[] = [];
  const archive = async (address: string) => {
    const archiving = archiveActor(address, {
      bucketOf: world.bucket,
      committerOf: (name: BucketName) =>
        createCommitter(world.bucket(name), { clock: world.clock, mode: 'single' }),
      cache: host.cache,
      forgetDeadlines: (gone) => void forgotten.push(gone),
    });
    // Its fate is looked at by the caller, after the time that retries take.
    archiving.catch(() => {});
    await world.clock.advance(LONG_MS);
    return archiving;
  };
  return { ...host, archive, archived, forgotten, runs, world };
}

async function setupWithFinishedRun() {
  const world = setup();
  const { actors } = world;
  await actors.deliver(runOpening());
  await actors.deliver(exited());
  await actors.deliver(claim('publisher'));
  await actors.deliver(ask(RUN, 'advance-confirmed', { door: 'tell' }));
  return world;
}

test(
  'a finished actor moves to the archive, where its record and its past are readable',
  within(5_000, async () => {
    const { archive, archived, cache, forgotten, runs } = await setupWithFinishedRun();
    const last = await runs.read(RUN_KEY);

    await archive(RUN);

    assert.is((await runs.read(RUN_KEY))?.value, null);
    const entry = await archived.read(RUN);
    const { v, record, revision, history } = JSON.parse(entry?.value ?? '') as Archived;
    assert.is(v, 1);
    assert.equal(record, JSON.parse(last?.value ?? ''));
    assert.is(revision, last?.revision);
    assert.equal(
      history.map(({ state, event }) => `${event}: ${state}`),
      [
        ...['open: running.queued', 'exited: finalizing', 'claim: claimed'],
        ...['advance-confirmed: advanced'],
      ],
    );
    assert.equal([...new Set(history.map(({ by }) => by))], ['host-a']);
    assert.equal([cache.peek(RUN), forgotten], [undefined, [RUN]]);
  }),
);

test(
  'an actor is copied before it is removed: nothing is lost by a crash between the two',
  within(5_000, async () => {
    const { archive, archived, runs } = await setupWithFinishedRun();
    // The removal reaches nobody for as long as the archiving is tried.
    runs.plan(...Array.from({ length: 20 }, () => ({ fault: 'error-before-write' }) as const));

    await rejects(archive(RUN), 'OUTCOME_UNKNOWN');

    assert.ok((await archived.read(RUN))?.value);
    assert.ok((await runs.read(RUN_KEY))?.value);
  }),
);

test(
  'an actor whose copy is not known to be stored is not removed',
  within(5_000, async () => {
    const { archive, archived, runs } = await setupWithFinishedRun();
    archived.plan(...Array.from({ length: 20 }, () => ({ fault: 'error-before-write' }) as const));

    await rejects(archive(RUN), 'OUTCOME_UNKNOWN');

    assert.ok((await runs.read(RUN_KEY))?.value);
  }),
);

test(
  'archiving repeated after a crash between copy and removal ends it, with the first copy',
  within(5_000, async () => {
    const { archive, archived, runs } = await setupWithFinishedRun();
    runs.plan(...Array.from({ length: 20 }, () => ({ fault: 'error-before-write' }) as const));
    await rejects(archive(RUN), 'OUTCOME_UNKNOWN');
    const copy = await archived.read(RUN);

    await archive(RUN);

    assert.is((await runs.read(RUN_KEY))?.value, null);
    assert.equal(await archived.read(RUN), copy);
  }),
);

test(
  'archiving what is archived already, or was never there, does nothing',
  within(5_000, async () => {
    const { archive, archived, runs } = await setupWithFinishedRun();
    await archive(RUN);
    const before = [archived.counters().writes, runs.counters().writes];

    await archive(RUN);
    await archive('run.shop.9.build.1');
    await archive('no address');

    assert.equal([archived.counters().writes, runs.counters().writes], before);
  }),
);

test(
  'an unfinished actor is not archived',
  within(5_000, async () => {
    const { actors, archive, archived, runs } = setup();
    await actors.deliver(runOpening());
    await actors.deliver(exited());

    await rejects(archive(RUN), 'REVISION_CONFLICT');

    assert.is(await archived.read(RUN), null);
    assert.ok((await runs.read(RUN_KEY))?.value);
  }),
);

test(
  'an archived actor is not opened again, and no late event reaches it',
  within(5_000, async () => {
    const { actors, archive, archived, runs } = await setupWithFinishedRun();
    await archive(RUN);
    const before = [await runs.read(RUN_KEY), await archived.read(RUN)];

    const opened = await actors.deliver(runOpening());
    const late = await actors.deliver(exited());

    const reasons = [opened, late].map(({ reply }) => reply.outcome === 'refused' && reply.reason);
    assert.equal(reasons, ['finished', 'finished']);
    assert.equal([await runs.read(RUN_KEY), await archived.read(RUN)], before);
  }),
);

test(
  'a host with an archived actor still in hand does not bring it back',
  within(5_000, async () => {
    const { actors, archive, runs, world } = await setupWithFinishedRun();
    const other = createActorHost(world, 'host-b');
    await other.actors.deliver(ask(RUN, 'started'));
    await archive(RUN);

    const late = await other.actors.deliver(exited());

    assert.is(late.reply.outcome === 'refused' && late.reply.reason, 'finished');
    assert.is((await runs.read(RUN_KEY))?.value, null);
    assert.is((await actors.deliver(exited())).reply.outcome, 'refused');
  }),
);

test(
  'a record that fills its entry is archived whole, without its past',
  within(5_000, async () => {
    const { archive, archived, cache, runs } = await setupWithFinishedRun();
    const last = await runs.read(RUN_KEY);
    const record = JSON.parse(last?.value ?? '') as ActorRecord;
    const roomCharacters = MAX_RECORD_BYTES - (last?.value?.length ?? 0) - 150;
    record.context['padding'] = 'x'.repeat(roomCharacters);
    const value = JSON.stringify(record);
    await runs.write({ key: RUN_KEY, value, expectedRevision: last?.revision ?? 0 });
    cache.forget(RUN);

    await archive(RUN);

    const copy = (await archived.read(RUN))?.value ?? '';
    assert.ok(copy.length <= MAX_RECORD_BYTES, `${copy.length} characters`);
    assert.equal((JSON.parse(copy) as Archived).record, record);
    assert.equal((JSON.parse(copy) as Archived).history, []);
  }),
);

test.run();
