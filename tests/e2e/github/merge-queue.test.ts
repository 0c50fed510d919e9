// Time limit: 420 s
// Goal: a merge queue lands what GitHub lets in, and nothing that breaks its base. Method: a whole `onceward up` on an
// emulated GitHub with a real remote, real tests and people who interfere; the same branches by the merge button.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { within } from '../../support/within.ts';
import { type ButtonMerges, mergeByButton } from './button-merges.ts';
import { type End, endsOf, headingsOf, itemOf, landedIn } from './queued-ends.ts';
import { CANDIDATES, openScene, PROJECT, type QueuedScene } from './queued-scene.ts';
import { NAMES, type WorkName } from './queued-works.ts';

const DONE = 'done, merged, closed onceward:done';

/** Changes are asked for, then CI comes back, one is merged by hand and one is closed: all while they wait. */
async function interfere({ world, robot, issues, pull }: QueuedScene): Promise<void> {
  const { alice } = world;
  const [reviewed, byHand] = [await pull('reviewed'), await pull('byHand')];
  const [closed, unlucky] = [await pull('closed'), await pull('unlucky')];
  await alice(PROJECT, 'POST', `/pulls/${reviewed.number}/reviews`, {
    ...{ event: 'REQUEST_CHANGES', body: 'Please count again.', commit_id: reviewed.head.sha },
  });
  robot.loseRunnerOnce(CANDIDATES, () => unlucky.head.sha);
  const held = [issues.byHand, issues.closed].map((number) => `onceward/gh-${number}`);
  robot.release((branch) => held.includes(branch));
  await world.merge(PROJECT, byHand.number);
  await alice(PROJECT, 'PATCH', `/pulls/${closed.number}`, { state: 'closed' });
}

async function allHaveEnded({ ended, robot }: QueuedScene): Promise<void> {
  for (const name of NAMES) await ended(name);
  await robot.idle();
}

/** Of a piece of work: the commit it was first pushed as. */
async function firstHead(scene: QueuedScene, name: WorkName): Promise<string> {
  const { context } = await itemOf(scene, name);
  return context.runs[0]?.verdict.headSha ?? '';
}

async function byButton(scene: QueuedScene): Promise<ButtonMerges> {
  const { world, issues } = scene;
  const gitDir = world.remoteOf(PROJECT);
  const baseSha = await world.fleet.git('--git-dir', gitDir, 'rev-list', '--max-parents=0', 'main');
  const heads = NAMES.map(async (name) => {
    return [`onceward/gh-${issues[name]}`, await firstHead(scene, name)] as const;
  });
  return mergeByButton({ gitDir, baseSha, heads: Object.fromEntries(await Promise.all(heads)) });
}

/** What was tested more than once without a new commit, and what came of it. */
function repeated({ robot }: QueuedScene): string[] {
  const shas = robot.said.map(({ sha }) => sha);
  return robot.said
    .filter(({ sha }) => shas.indexOf(sha) !== shas.lastIndexOf(sha))
    .map(({ conclusion }) => conclusion);
}

const LANDED: End = { stands: DONE, runs: ['develop/1 exit-code', 'land/1 landed'] };

function sentBack(cause: string): End {
  const runs = ['develop/1 exit-code', `land/1 ${cause}`, 'develop/2 exit-code', 'land/2 landed'];
  return { stands: DONE, runs };
}

function numbers({ issues }: QueuedScene, isMeant: (name: WorkName) => boolean): number[] {
  return NAMES.filter(isMeant).map((name) => issues[name]);
}

const fewestRunsFirst = (one: End, other: End) => one.runs.length - other.runs.length;

test(
  'a merge queue lands on GitHub what is green together, and leaves the rest to whoever has decided on it',
  within(400_000, async () => {
    const scene = await openScene();
    try {
      await scene.queued(NAMES.length);
      const waiting = await scene.waiting('one');
      await interfere(scene);
      await allHaveEnded(scene);
      const onBase = await landedIn(scene);
      const button = await byButton(scene);
      const innocent = await endsOf(scene, ['one', 'two', 'three', 'unlucky']);
      const semantic = (await endsOf(scene, ['rename', 'caller'])).sort(fewestRunsFirst);
      const textual = (await endsOf(scene, ['blue', 'green'])).sort(fewestRunsFirst);
      const [reviewed, byHand, closed] = await endsOf(scene, ['reviewed', 'byHand', 'closed']);
      const queue = await scene.queued(0);

      assert.match(waiting, 'waits in the merge queue of `main`');
      assert.equal(onBase.red, []);
      assert.equal(innocent, Array(4).fill(LANDED));
      assert.equal(semantic, [LANDED, sentBack('merge-red')]);
      assert.equal(textual, [LANDED, sentBack('merge-conflict')]);
      assert.equal(reviewed, sentBack('not-admitted'));
      assert.equal(byHand, { stands: DONE, runs: ['develop/1 exit-code', 'land/1 merged'] });
      assert.equal(closed, {
        stands: 'parked, closed, open onceward onceward:parked',
        runs: ['develop/1 exit-code', 'land/1 cancelled'],
      });
      assert.equal(queue.entries, []);
      assert.equal(
        onBase.named,
        numbers(scene, (name) => name !== 'byHand' && name !== 'closed'),
      );
      assert.equal(onBase.colours, ['blue', 'green', 'red']);
      assert.equal(
        NAMES.filter((name) => onBase.notes[name] === null),
        ['closed'],
      );
      assert.is(onBase.notes.reviewed, '2');
      assert.not.ok(onBase.parents.includes(await firstHead(scene, 'reviewed')));
      assert.equal(repeated(scene), ['lost-runner', 'success']);
      assert.equal(await headingsOf(scene, 'reviewed'), [
        ...['develop, attempt 1: passed', 'develop, attempt 2: passed'],
        ...['land, attempt 1: sent back', 'land, attempt 2: landed'],
      ]);
      assert.equal(button.red, []);
      assert.is(button.refused.length, 1);
      assert.is(button.isGreen, false);
    } finally {
      await scene.stop();
    }
  }),
);

test.run();
