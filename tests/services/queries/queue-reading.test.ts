// Goal: whoever looks at a merge queue sees who is tried when, and what each waits for. Method: records that the
// machine has written; what is shown of them.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { queueView } from '../../../services/queries/queue-reading.ts';
import type { QueueView } from '../../../services/queries/queue-view.ts';
import { ask, OPENED_AT_MS, type Step, type StepMaker, tell } from '../../support/machine-steps.ts';
import {
  commit,
  enqueue,
  green,
  landed,
  prepared,
  queueAfter,
  red,
  report,
  take,
  verified,
} from '../../support/queue-steps.ts';

const NOW_MS = OPENED_AT_MS + 60_000;

function viewAfter(...steps: (Step | StepMaker)[]): QueueView {
  return queueView(queueAfter(...steps), NOW_MS);
}

function trainOf({ train }: QueueView): string[] {
  return train.map(({ position, item, place }) => `${position} ${item} ${place}`);
}

const four = ['1', '2', '3', '4'].map((item) => enqueue(item, { batchSize: 4 }));
/** The first is alone in its trial; the others come while it is tried. */
const firstLanded = [take, prepared, green, landed, verified];

test('the train is in the order in which its items are tried', () => {
  const view = viewAfter(
    enqueue('1', {}, { priority: 3 }),
    enqueue('2'),
    enqueue('3', {}, { priority: 1 }),
  );
  assert.equal(trainOf(view), ['1 shop/1 testing', '2 shop/3 next', '3 shop/2 waiting']);
  assert.is(view.train[2]?.waitsFor, 'the 2 before it: 1, 3');
});

test('of a batch under way every member is being tested, and lands together', () => {
  const view = viewAfter(...four, ...firstLanded, take);
  assert.equal(trainOf(view), ['1 shop/2 testing', '2 shop/3 testing', '3 shop/4 testing']);
  assert.is(view.train[0]?.waitsFor, 'trial 2 to pass, together with 3, 4');
  assert.is(view.waitsFor, 'worker worker-1: trial 2 is merged onto the base as it is now');
});

test('who is pushed to the base is merging', () => {
  const view = viewAfter(enqueue('1'), take, prepared, green);
  assert.equal(trainOf(view), ['1 shop/1 merging']);
  assert.is(view.trial?.candidateSha, commit('c'));
});

test('after a red batch its members are suspects, the first half of them next', () => {
  const view = viewAfter(...four, ...firstLanded, take, prepared, red);
  assert.equal(trainOf(view), ['1 shop/2 testing', '2 shop/3 testing', '3 shop/4 suspect']);
  assert.is(
    view.hunt?.words,
    'one of 2, 3, 4 made a trial red, or several together did; 5 trials are left to find out',
  );
});

test('who is not admitted waits for what the forge says, whoever is before', () => {
  const waiting = tell('admission', {
    ...{ item: '1', headSha: commit('1'), outcome: 'waiting', reason: 'its own checks to pass' },
  });
  const view = viewAfter(enqueue('1', { admission: 'forge' }), waiting);
  assert.equal(trainOf(view), ['1 shop/1 waiting']);
  assert.is(view.train[0]?.waitsFor, 'its own checks to pass');
  assert.match(view.waitsFor, /^one of its items to be let in/);
});

test('a frozen queue says by whom, why, and what releases it', () => {
  const view = viewAfter(ask('freeze', { by: 'ada', reason: 'release day' }), enqueue('1'));
  const { kind, by, reason, release } = view.hold ?? {};
  assert.equal([kind, by, reason], ['frozen', 'ada', 'release day']);
  assert.is(release, 'onceward queue resume shop --branch main releases it');
  assert.match(view.train[0]?.waitsFor ?? '', /the queue is frozen/);
});

test('a queue that an environment has frozen says that it is released with it, or by a person', () => {
  const by = 'deployment:shop.production';
  const view = viewAfter(ask('freeze', { by, reason: 'production has proved bad' }));

  assert.is(
    view.hold?.release,
    'it is released once production is healthy again, or with onceward queue resume shop --branch main',
  );
});

test('what has landed and what was sent back is told, newest first', () => {
  const view = viewAfter(
    ...four.slice(0, 2),
    ...firstLanded,
    ask('eject', { item: '2', by: 'ada' }),
  );
  assert.equal(
    view.decided.map(({ item, outcome }) => `${item} ${outcome}`),
    ['shop/2 sent-back', 'shop/1 landed'],
  );
  assert.equal(
    view.ended.map(({ outcome }) => outcome),
    ['dissolved', 'landed'],
  );
});

test('trials of the last hour without a landing are counted towards the breaker', () => {
  const view = viewAfter(enqueue('1'), take, prepared, red);
  assert.equal(view.breaker, { fruitless: 1, limit: 10 });
});

test('the lease is shown with its token and what its holder does', () => {
  const view = viewAfter(
    enqueue('1'),
    take,
    report('progress', { watermark: 1, doing: 'fetching' }),
  );
  assert.equal(
    [view.holder?.worker, view.holder?.doing, view.holder?.token],
    ['worker-1', 'fetching', 6],
  );
  assert.ok(view.leaseUntilMs);
});

test.run();
