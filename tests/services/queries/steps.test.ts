// The life of an actor, revision by revision: kept whole while it is live, made again from the archive.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { ReplayStep } from '../../../machines/replay.ts';
import type { Archived } from '../../../services/actors/archive.ts';
import { findActor } from '../../../services/queries/found-actor.ts';
import type { Step } from '../../../services/queries/run-view.ts';
import { readSteps } from '../../../services/queries/steps.ts';
import type { BucketName } from '../../../transport/ports.ts';
import { ask, claim, openRun, RUN, tell } from '../../support/machine-steps.ts';
import { createMemoryBucket, type MemoryBucket } from '../../support/memory-bucket.ts';
import { type KeptStep, recordLife } from '../../support/recorded-lives.ts';
import { within } from '../../support/within.ts';

const LIMIT_MS = 10_000;
const USER = { kind: 'run', project: 'shop', item: '7', stage: 'build', attempt: 1 } as const;
const KEY = 'shop.7.build.1';

/** Opened, started, exited, claimed, advanced. */
function advancedLife(): KeptStep[] {
  const life = recordLife(openRun());
  life.send(ask('started', { epoch: 1, worker: 'worker-1', machine: 'm1' }, 1_000_100));
  life.send(ask('exited', { epoch: 1, code: 0 }, 1_000_200));
  life.send(claim('worker-1'));
  life.send(tell('advance-confirmed'));
  return life.steps();
}

function setup() {
  const buckets = new Map<BucketName | 'onceward-presence', MemoryBucket>();
  const bucket = (name: BucketName | 'onceward-presence') => {
    const known = buckets.get(name) ?? createMemoryBucket({ name });
    buckets.set(name, known);
    return known;
  };
  const session = { bucket };
  return {
    session,
    bucket,
    async steps(): Promise<Step[]> {
      const found = await findActor(session, USER);
      return found === null ? [] : readSteps(session, found);
    },
  };
}

/** Writes the life as hosts do, under the revisions that its records remember. */
async function write(bucket: MemoryBucket, life: readonly KeptStep[]): Promise<number[]> {
  const revisions: number[] = [];
  for (const { record } of life) {
    const recent = record.recent.map((seen, n, all) => {
      return { ...seen, revision: n === all.length - 1 ? null : (revisions[n] ?? null) };
    });
    const expectedRevision = revisions.at(-1) ?? 0;
    const value = JSON.stringify({ ...record, recent, by: 'host-1' });
    const written = await bucket.write({ key: KEY, value, expectedRevision });
    revisions.push(written.outcome === 'won' ? written.revision : 0);
  }
  return revisions;
}

/** As the archive keeps it: the last record, the first one, and the events. */
function archivedOf(life: readonly KeptStep[]): Archived & { first?: object } {
  const last = life.at(-1) as KeptStep;
  const history = life.map(({ revision, state, event }) => {
    const { type, id, ...rest } = event as ReplayStep['event'] & { id: string };
    return { revision, state, event: type, id, ...rest, by: `host-${revision}` };
  });
  const { record, revision } = last;
  const first = (life[0] as KeptStep).record;
  return { v: 1, record, revision, history, first };
}

async function archive(bucket: MemoryBucket, archived: object): Promise<void> {
  await bucket.write({ key: RUN, value: JSON.stringify(archived), expectedRevision: 0 });
}

test(
  'each revision of a live actor has its record, its event, what that changed and what it ordered',
  within(LIMIT_MS, async () => {
    const { bucket, steps } = setup();
    const revisions = await write(bucket('onceward-runs'), advancedLife().slice(0, 3));

    const [opened, started, exited] = await steps();

    assert.equal(
      [opened, started, exited].map((step) => [step?.revision, step?.state, step?.event.type]),
      [
        [revisions[0], 'running.queued', 'open'],
        [revisions[1], 'running.starting', 'started'],
        [revisions[2], 'finalizing', 'exited'],
      ],
    );
    assert.equal(opened?.changes, []);
    assert.equal(opened?.effects, ['asks pool default for the job work, epoch 1']);
    assert.equal(
      exited?.changes?.find(({ path }) => path === 'state'),
      { path: 'state', before: 'running.starting', after: 'finalizing' },
    );
    assert.is(exited?.event.data?.['code'], 0);
    assert.equal(
      [exited?.record?.sinceMs, exited?.by, exited?.isRemade],
      [1_000_200, 'host-1', false],
    );
  }),
);

test(
  'behind a revision that cannot be read, what changed is not known',
  within(LIMIT_MS, async () => {
    const { bucket, steps } = setup();
    const [opened, , exited] = advancedLife() as [KeptStep, KeptStep, KeptStep];
    await write(bucket('onceward-runs'), [opened]);
    const runs = bucket('onceward-runs');
    await runs.write({ key: KEY, value: 'broken', expectedRevision: 1 });
    await runs.write({ key: KEY, value: JSON.stringify(exited.record), expectedRevision: 2 });

    assert.equal(
      (await steps()).map(({ event, changes }) => [event.type, changes]),
      [
        ['open', []],
        ['exited', null],
      ],
    );
  }),
);

test(
  'an archived actor has the records between made again, and says so',
  within(LIMIT_MS, async () => {
    const { bucket, steps } = setup();
    const life = advancedLife();
    await archive(bucket('onceward-archive'), archivedOf(life));

    const found = await steps();

    assert.equal(
      found.map(({ isRemade }) => isRemade),
      [false, true, true, true, false],
    );
    assert.equal(
      found.map(({ record }) => [record?.state, record?.sinceMs, record?.context]),
      life.map(({ record }) => [record.state, record.sinceMs, record.context]),
    );
    assert.equal(
      found.map(({ by }) => by),
      life.map(({ revision }) => `host-${revision}`),
    );
    assert.ok(found.every(({ changes }) => changes !== null));
    assert.equal(found[3]?.effects, ['tells shop/7: advance']);
  }),
);

test(
  'what was made again is not shown when it does not end in the record that was kept',
  within(LIMIT_MS, async () => {
    const { bucket, steps } = setup();
    const archived = archivedOf(advancedLife());
    const context = { ...archived.record.context, outputBytes: 99 };
    await archive(bucket('onceward-archive'), {
      ...archived,
      record: { ...archived.record, context },
    });

    const found = await steps();

    assert.equal(
      found.map(({ record }) => record === null),
      [false, true, true, true, false],
    );
    assert.is(found.at(-1)?.record?.context['outputBytes'], 99);
    assert.equal(
      [found[1]?.event.type, found[1]?.changes, found[1]?.effects],
      ['started', null, null],
    );
  }),
);

test(
  'an archive that keeps outlines only shows them, and the last record',
  within(LIMIT_MS, async () => {
    const { bucket, steps } = setup();
    const { first: _, ...archived } = archivedOf(advancedLife());
    const history = archived.history.map(({ revision, state, event, atMs, by }) => {
      return { revision, state, event, atMs, by };
    });
    await archive(bucket('onceward-archive'), { ...archived, history });

    const found = await steps();

    assert.equal(
      found.map(({ state, record, event }) => [state, record === null, event.data === null]),
      [
        ['running.queued', true, true],
        ['running.starting', true, true],
        ['finalizing', true, true],
        ['claimed', true, true],
        ['advanced', false, false],
      ],
    );
  }),
);

test(
  'an archive without a past shows the last revision',
  within(LIMIT_MS, async () => {
    const { bucket, steps } = setup();
    const { first: _, ...archived } = archivedOf(advancedLife());
    await archive(bucket('onceward-archive'), { ...archived, history: [] });

    const found = await steps();

    assert.equal(
      found.map(({ revision, state, changes }) => [revision, state, changes]),
      [[archived.revision, 'advanced', null]],
    );
  }),
);

test(
  'an actor that is archived between the two readings still has its life',
  within(LIMIT_MS, async () => {
    const { bucket, session } = setup();
    const life = advancedLife();
    const revisions = await write(bucket('onceward-runs'), life);
    const found = await findActor(session, USER);
    await archive(bucket('onceward-archive'), archivedOf(life));
    const expectedRevision = revisions.at(-1) ?? 0;
    await bucket('onceward-runs').write({ key: KEY, value: null, expectedRevision });

    assert.is(found?.isArchived, false);
    assert.is(found === null ? 0 : (await readSteps(session, found)).length, life.length);
  }),
);

test.run();
