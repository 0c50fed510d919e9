// Goal: what a worker does about a replacement of onceward follows from the facts, its own version, and whether a step
// lives; and facts are written once. Method: the pure decisions, and facts in a folder.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  becomeStep,
  hasLivingStep,
  readFacts,
  type SelfFacts,
  writeFact,
} from '../../../../services/workers/deploying/self/self-facts.ts';
import {
  isRelease,
  type SelfAction,
  selfAction,
  selfState,
} from '../../../../services/workers/deploying/self/self-state.ts';
import { carrySelfStep } from '../../../../services/workers/deploying/self/self-step.ts';
import { localClock } from '../../../support/local-clock.ts';
import { temporaryDirectory } from '../../../support/temporary-directory.ts';
import { within } from '../../../support/within.ts';

const LIMIT_MS = 20_000;
const run = { exit: 0, signal: null, isOverdue: false, tail: '', durationMs: 1 };
const fault = { kind: 'product_fail' as const, cause: 'self-deploy', summary: 'not proven' };
const failed = { outcome: 'failed' as const, fault, run: null };
const proven = { outcome: 'proven' as const, by: 'worker-1' };

test('the new version proves itself whether or not the command has ended and its step lives', () => {
  const actions = [false, true].flatMap((isStepAlive) => [
    actionOn({}, { isExpected: true, isStepAlive }),
    actionOn({ replaced: { atMs: 1, run } }, { isExpected: true, isStepAlive }),
  ]);

  assert.equal(new Set(actions), new Set(['prove']));
});

test('any other version waits while a step lives, and starts one where none does', () => {
  const facts = [{}, { replaced: { atMs: 1, run } }, { decision: failed }];

  const alive = facts.map((some) => actionOn(some, { isExpected: false, isStepAlive: true }));
  const gone = facts.map((some) => actionOn(some, { isExpected: false, isStepAlive: false }));
  assert.equal(alive, ['wait', 'wait', 'wait']);
  assert.equal(gone, ['start', 'start', 'start']);
});

test('the new version has the old one brought back once it was given up', () => {
  const action = actionOn({ decision: failed }, { isExpected: true, isStepAlive: false });

  assert.is(action, 'start');
});

test('what is decided and done is told by whoever asks', () => {
  const over = [{ decision: proven }, { decision: failed, undone: { isBack: true, run } }];

  const actions = over.flatMap((some) => [
    actionOn(some, { isExpected: false, isStepAlive: false }),
    actionOn(some, { isExpected: true, isStepAlive: true }),
  ]);
  assert.equal(new Set(actions), new Set(['tell']));
});

test('what runs already is not replaced, and anything else is ordered first', () => {
  const nothing: SelfFacts = { order: null, replaced: null, decision: null, undone: null };

  const state = selfState(nothing);
  assert.is(selfAction(state, { isExpected: true, isStepAlive: false }), 'tell');
  assert.is(selfAction(state, { isExpected: false, isStepAlive: false }), 'order');
});

test('a process is of a release by its whole digest or commit, and of none when it says nothing', () => {
  const release = { digest: `sha256:${'1'.repeat(64)}`, sha: 'a'.repeat(40) };

  assert.ok(isRelease(release.digest, release));
  assert.ok(isRelease(release.sha, release));
  assert.not(isRelease(release.sha.slice(0, 12), release));
  assert.not(isRelease('', release));
  assert.not(isRelease(undefined, release));
});

test(
  'a fact is written once: the first of two decisions stands',
  within(LIMIT_MS, async () => {
    const folder = temporaryDirectory();
    const written = await Promise.all([
      writeFact(folder, 'decision', proven),
      writeFact(folder, 'decision', failed),
    ]);

    assert.equal(written.filter(Boolean).length, 1);
    const { decision } = await readFacts(folder);
    assert.is(decision?.outcome, written[0] ? 'proven' : 'failed');
  }),
);

test(
  'one process carries a step out at a time, and one that is gone is followed by one of many',
  within(LIMIT_MS, async () => {
    const folder = temporaryDirectory();
    // No process has ever been given this id and start.
    writeFileSync(join(folder, 'step.1.json'), '4194303.1');
    const isGone = !(await hasLivingStep(folder));
    const won = await Promise.all(Array.from({ length: 8 }, () => becomeStep(folder)));

    assert.ok(isGone);
    assert.is(won.filter(Boolean).length, 1);
    assert.ok(await hasLivingStep(folder));
    assert.not(await becomeStep(folder));
  }),
);

test(
  'a command that fails is undone, and what the infrastructure has failed is told as such',
  within(LIMIT_MS, async () => {
    const { folder, carried } = await ordered({ replace: 'exit 75', undo: 'touch undone' });
    await carried();

    const { decision, undone } = await readFacts(folder);
    assert.is(decision?.outcome === 'failed' && decision.fault.kind, 'infra_error');
    assert.is(undone?.isBack, true);
    assert.ok(existsSync(join(folder, 'undone')));
  }),
);

test(
  'a step that is gone on with runs nothing once the new version is proven',
  within(LIMIT_MS, async () => {
    const { folder, carried } = await ordered({
      replace: 'echo $ONCEWARD_KEY >> keys',
      undo: 'false',
    });
    writeFileSync(join(folder, 'step.1.json'), '4194303.1');
    await writeFact(folder, 'decision', proven);
    await carried();

    assert.not(existsSync(join(folder, 'keys')));
    assert.is((await readFacts(folder)).undone, null);
  }),
);

test(
  'a version that does not prove itself in time is given up, and the old one is tried to be brought back three times',
  within(LIMIT_MS, async () => {
    const { folder, carried } = await ordered({
      replace: 'echo $ONCEWARD_KEY >> keys',
      undo: 'echo $ONCEWARD_KEY >> keys; false',
    });
    // Another step was killed before it had done anything.
    writeFileSync(join(folder, 'step.1.json'), '4194303.1');
    await carried();

    const { decision, undone } = await readFacts(folder);
    assert.is(decision?.outcome === 'failed' && decision.fault.cause, 'self-deploy');
    assert.is(undone?.isBack, false);
    assert.is(readFileSync(join(folder, 'keys'), 'utf8'), 'replace\nundo\nundo\nundo\n');
  }),
);

test.run();

function actionOn(
  facts: Partial<SelfFacts>,
  given: { isExpected: boolean; isStepAlive: boolean },
): SelfAction {
  const order = { v: 1 } as SelfFacts['order'];
  const none = { replaced: null, decision: null, undone: null };
  return selfAction(selfState({ order, ...none, ...facts }), given);
}

/** A replacement by these commands, which are run in the folder of the facts. */
async function ordered(commands: { replace: string; undo: string }) {
  const folder = temporaryDirectory();
  const command = (step: 'deploy' | 'rollback', key: 'replace' | 'undo') => ({
    ...{ step, key, command: commands[key], timeoutMs: 10_000, folder },
    variables: { ONCEWARD_KEY: key },
  });
  await writeFact(folder, 'order', {
    ...{ v: 1, replace: command('deploy', 'replace'), undo: command('rollback', 'undo') },
    ...{ proveMs: 1, infrastructure: { exitCodes: [75], causes: [] } },
  });
  const environment = { PATH: process.env['PATH'] ?? '' };
  return { folder, carried: () => carrySelfStep(folder, { clock: localClock, environment }) };
}
