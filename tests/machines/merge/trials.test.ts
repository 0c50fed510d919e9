// One trial from its beginning to its end: what is merged is tested, and only what was tested lands.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type MergeDriver, openQueue, shaOf } from '../../support/merge-driver.ts';

const of = (item: string) => ({ item, headSha: shaOf(item) });
const merged = (item: string) => ({ ...of(item), landsAs: shaOf(item) });
const conflict = (item: string, other: 'base' | 'others') => ({
  ...{ ...of(item), with: other, paths: ['src/tax.ts'], count: 1 },
});
const candidate = (...items: string[]) => ({
  ...{ sha: shaOf('c'), treeSha: shaOf('t'), members: items.map(merged) },
});

/** A queue whose trial of `items` is held. */
function preparing(items: string[], rules: Record<string, unknown> = {}): MergeDriver {
  const queue = openQueue({ batchSize: 8, rules });
  queue.send('freeze');
  for (const item of items) queue.enqueue(item);
  queue.send('resume');
  queue.take();
  return queue;
}

const prepared = (queue: MergeDriver, data: Record<string, unknown>) =>
  queue.send('prepared', {
    ...{ ...queue.lease(), baseSha: queue.baseSha, baseTreeSha: shaOf('base tree'), ...data },
  });
const queued = (queue: MergeDriver) => queue.context().entries.map(({ item }) => item);
const fates = (queue: MergeDriver) =>
  queue.context().decided.map(({ item, outcome, cause }) => `${item} ${outcome} ${cause}`);
const say = (queue: MergeDriver, kind: string) =>
  queue.send('validated', { ...queue.lease(), kind, cause: 'tests', summary: 'said' });
const judge = (queue: MergeDriver, kind: string) => {
  const { trial } = queue.context();
  const sha = trial?.candidate?.sha;
  return queue.send('checks-judged', { trial: trial?.number, sha, kind, cause: 'checks' }, 'tell');
};
const land = (queue: MergeDriver) => queue.send('landed', queue.lease());
const verify = (queue: MergeDriver, more: Record<string, unknown> = {}) =>
  queue.send('verified', {
    ...{ ...queue.lease(), baseSha: shaOf('c'), isHeld: true },
    ...{ treeSha: queue.context().trial?.candidate?.treeSha, ...more },
  });

test('what conflicts with the base is sent back with its files, and the others are tried', () => {
  const queue = preparing(['a', 'b', 'c']);

  const data = {
    candidate: candidate('a'),
    conflicts: [conflict('b', 'base'), conflict('c', 'others')],
  };

  assert.is(prepared(queue, data), 'validating');
  assert.equal(fates(queue), ['b sent-back merge-conflict']);
  assert.match(queue.context().decided[0]?.summary ?? '', /src\/tax\.ts/);
  assert.equal(queued(queue), ['a', 'c']);
});

test('its run hears of it as a failure of the work, with the commit it is about', () => {
  const queue = preparing(['a']);

  prepared(queue, { conflicts: [conflict('a', 'base')] });

  const [told] = queue.effects();
  assert.is(told?.type === 'tell' && told.to, 'run.shop.a.land.1');
  const { verdict } = (told?.type === 'tell' ? told.data : {}) as { verdict: { kind: string } };
  assert.is(verdict.kind, 'product_fail');
});

test('a commit that the remote does not have any more is sent back, and one that has landed has landed', () => {
  const queue = preparing(['a', 'b']);

  assert.is(prepared(queue, { missing: [of('a')], landed: [of('b')] }), 'idle');
  assert.equal(fates(queue), ['b landed landed', 'a sent-back head-missing']);
});

test('a report that loses a member, or names one twice, or somebody else, is refused', () => {
  const queue = preparing(['a', 'b']);
  const reports = [
    {},
    { candidate: candidate('a') },
    { candidate: candidate('a', 'b'), landed: [of('b')] },
    { candidate: candidate('a', 'b', 'x') },
    {
      candidate: {
        ...candidate('a', 'b'),
        members: [merged('a'), { ...merged('b'), headSha: shaOf('x') }],
      },
    },
    { conflicts: [conflict('a', 'others'), conflict('b', 'others')] },
  ];

  const answers = reports.map((report) => prepared(queue, report));

  assert.equal([...new Set(answers)], ['preparing (not-now)']);
});

test('the same heads on the same base, merged to the same tree, are not tested twice', () => {
  const queue = preparing(['a']);
  prepared(queue, { candidate: candidate('a') });
  say(queue, 'pass');
  for (let times = 0; times < 4; times += 1) {
    queue.take();
    queue.send('failed', { ...queue.lease(), cause: 'remote-away' });
  }
  queue.step();
  queue.take();

  assert.is(prepared(queue, { candidate: candidate('a') }), 'merging');
});

test('another base, tree or pipeline is tested anew', () => {
  const key = preparing(['a']);
  prepared(key, { candidate: candidate('a') });
  say(key, 'pass');
  const [known = ''] = key.context().passed;

  assert.is(known, `${shaOf('a')}@${key.baseSha}:${shaOf('t')}/pipeline-1`);
});

test('another tree of the same heads on the same base is tested', () => {
  const queue = preparing(['a']);
  prepared(queue, { candidate: candidate('a') });
  say(queue, 'pass');
  for (let times = 0; times < 4; times += 1) {
    queue.take();
    queue.send('failed', { ...queue.lease(), cause: 'remote-away' });
  }
  queue.step();
  queue.take();

  const other = { ...candidate('a'), treeSha: shaOf('other') };

  assert.is(prepared(queue, { candidate: other }), 'validating');
});

test('gates first, then the checks of the forge: both must pass', () => {
  const queue = preparing(['a'], { checks: {} });
  prepared(queue, { candidate: candidate('a') });

  assert.equal([say(queue, 'pass'), judge(queue, 'pass')], ['validating', 'merging']);
});

test('checks first, then the gates: both must pass', () => {
  const queue = preparing(['a'], { checks: {} });
  prepared(queue, { candidate: candidate('a') });

  assert.equal([judge(queue, 'pass'), say(queue, 'pass')], ['validating', 'merging']);
});

test('either of them alone makes it red', () => {
  const gates = preparing(['a', 'b'], { checks: {} });
  prepared(gates, { candidate: candidate('a', 'b') });
  judge(gates, 'pass');
  say(gates, 'product_fail');
  const checks = preparing(['a', 'b'], { checks: {} });
  prepared(checks, { candidate: candidate('a', 'b') });
  judge(checks, 'product_fail');

  const outcomes = [gates, checks].map((queue) => queue.context().ended.at(-1)?.outcome);
  assert.equal(outcomes, ['red', 'red']);
});

test('checks of another commit say nothing', () => {
  const queue = preparing(['a'], { checks: {} });
  prepared(queue, { candidate: candidate('a') });

  const told = { trial: 1, sha: shaOf('x'), kind: 'pass', cause: 'checks' };

  assert.is(queue.send('checks-judged', told, 'tell'), 'validating (not-now)');
});

test('a fault of the infrastructure is tried once more, then later, and blames nobody', () => {
  const queue = preparing(['a']);
  prepared(queue, { candidate: candidate('a') });

  assert.is(say(queue, 'infra_error'), 'validating');
  queue.take();
  assert.is(say(queue, 'infra_error'), 'idle');
  assert.is(queue.context().notBeforeMs, queue.nowMs() + 15_000);
  assert.equal(queued(queue), ['a']);
});

test('each further fault waits twice as long, and people hear of the third', () => {
  const queue = openQueue({ judge: () => 'infra_error' });
  queue.enqueue('a');
  const delaysMs = [1, 2, 3].map(() => {
    queue.runTrial();
    return queue.context().notBeforeMs - queue.nowMs();
  });

  assert.equal(delaysMs, [15_000, 30_000, 60_000]);
  const [alarm] = queue.effects();
  assert.is(alarm?.type === 'alarm' && alarm.reason, 'queue-faulty');
});

test('a base that has moved is prepared for again, three times at most', () => {
  const queue = preparing(['a']);
  const move = () => {
    if (queue.context().holder === null) queue.take();
    prepared(queue, { candidate: candidate('a') });
    say(queue, 'pass');
    queue.pushBase();
    return queue.send('base-moved', { ...queue.lease(), baseSha: queue.baseSha });
  };

  assert.equal([move(), move(), move(), move()], ['preparing', 'preparing', 'preparing', 'idle']);
  assert.is(queue.context().ended.at(-1)?.outcome, 'base-moved');
  assert.equal(queued(queue), ['a']);
});

test('members are told that they have landed once the base was read back, with the commit', () => {
  const queue = preparing(['a', 'b']);
  prepared(queue, { candidate: candidate('a', 'b') });
  say(queue, 'pass');

  assert.equal([land(queue), fates(queue).length, verify(queue)], ['verifying', 0, 'idle']);
  assert.equal(fates(queue), ['a landed landed', 'b landed landed']);
  assert.is(queue.context().decided[0]?.sha, shaOf('c'));
});

test('a base that does not hold the tested tree freezes the queue, and tells nobody anything', () => {
  const cases = [{ isHeld: false }, { treeSha: shaOf('x') }, { treeSha: null }];

  const found = cases.map((odd) => {
    const queue = preparing(['a']);
    prepared(queue, { candidate: candidate('a') });
    say(queue, 'pass');
    land(queue);
    return [verify(queue, odd), queue.context().freeze?.cause, fates(queue).length];
  });

  assert.equal(found, Array(3).fill(['frozen', 'base-rewritten', 0]));
});

test('a member that the forge does not let in any more does not land, and keeps its place', () => {
  const queue = preparing(['a', 'b']);
  prepared(queue, { candidate: candidate('a', 'b') });
  queue.send('admission', { ...of('b'), outcome: 'waiting', reason: 'an approval' }, 'tell');

  assert.is(say(queue, 'pass'), 'preparing');
  assert.is(queue.context().ended.at(-1)?.outcome, 'dissolved');
  assert.equal(queue.context().trial?.members, ['a']);
  assert.equal(queued(queue), ['a', 'b']);
});

test.run();
