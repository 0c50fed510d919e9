// What becomes of an item that is to be deployed when somebody merges its pull request: a merge deploys nothing, and
// decides nothing that is asked about what was deployed. It must never end an item that is still to be brought anywhere.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { deployRulesSchema } from '../../../machines/deployment/rules.ts';
import {
  advance,
  ask,
  openItem,
  type StageInput,
  type Step,
  statesAfter,
  type TestActor,
  verdictOf,
} from '../../support/machine-steps.ts';

const A = 'a'.repeat(40);
const MERGED = 'e'.repeat(40);
const REVIEW: StageInput = { name: 'review', kind: 'approval' };
const GO: StageInput = { name: 'go', kind: 'approval' };
const LAND: StageInput = { name: 'land', kind: 'merge', onFail: 'build' };
const CI: StageInput = { name: 'ci', kind: 'checks' };

function deploy(environment: string): StageInput {
  const rules = deployRulesSchema.parse({
    ...{ environment, image: { name: 'registry.test/acme/shop' } },
    ...{ build: { command: 'true' }, deploy: { command: 'true' } },
  });
  return { name: environment, kind: 'deploy', deploy: rules, onFail: 'build' };
}

const merged = (more: Record<string, unknown> = {}): Step =>
  ask('pull-request', { number: 7, state: 'merged', headSha: A, by: 'ada', ...more });
const pushed = advance('build', 1, verdictOf('pass', { headSha: A }));

/** It has pushed a commit, and waits at the stage behind. */
function pushedItem(...behind: StageInput[]): TestActor {
  const item = openItem([{}, ...behind]);
  statesAfter(item, pushed);
  return item;
}

const stageOf = (item: TestActor) => item.item().current?.stage;

/** The commits that deployments were asked for. */
function asked(item: TestActor): unknown[] {
  return item.effects().flatMap((effect) => {
    if (effect.type !== 'tell' || effect.event !== 'request') return [];
    return [(effect.data as { sha: string }).sha];
  });
}

test('what is merged while its reviewers are asked goes on to its environment, with the commit it became', () => {
  const item = pushedItem(REVIEW, deploy('staging'));

  statesAfter(item, merged({ mergeSha: MERGED }), advance('review', 1));

  assert.is(stageOf(item), 'staging');
  assert.equal(asked(item), [MERGED]);
});

test('what is merged by hand while it waits in the queue goes on to its environment', () => {
  const item = pushedItem(LAND, deploy('staging'));
  const landed = verdictOf('pass', { cause: 'merged', headSha: A, isLanded: true });

  const states = statesAfter(item, merged({ mergeSha: MERGED }), advance('land', 1, landed));

  assert.equal(states, ['active.working', 'active.working']);
  assert.equal([stageOf(item), asked(item)], ['staging', [MERGED]]);
});

test('merged while it is in an environment, it is neither done, nor asked for anew', () => {
  const item = pushedItem(LAND, deploy('staging'));
  statesAfter(item, advance('land', 1, verdictOf('pass', { headSha: A, isLanded: true })));

  assert.equal(statesAfter(item, merged()), ['active.working']);
  assert.equal([stageOf(item), asked(item)], ['staging', []]);
});

test('a parked item whose work is merged goes on to its environment: nobody has to release it', () => {
  const item = pushedItem(CI, deploy('staging'));
  const failed = verdictOf('inconclusive', { cause: 'undecided' });

  const states = statesAfter(item, advance('ci', 1, failed), merged());

  assert.equal(states, ['parked', 'active.working']);
  assert.is(stageOf(item), 'staging');
});

test('merged before it would have been parked, it goes on to its environment instead', () => {
  const item = pushedItem(CI, deploy('staging'));
  const failed = verdictOf('inconclusive', { cause: 'undecided' });

  const states = statesAfter(item, merged(), advance('ci', 1, failed));

  assert.equal(states, ['active.working', 'active.working']);
  assert.is(stageOf(item), 'staging');
});

test('a deploy that waited for nothing but the landing is taken up once that was seen', () => {
  const item = pushedItem(deploy('staging'));
  const waits = verdictOf('inconclusive', { cause: 'not-landed', headSha: A });

  const states = statesAfter(item, advance('staging', 1, waits), merged());

  assert.equal(states, ['parked', 'active.working']);
  assert.equal([stageOf(item), asked(item)], ['staging', [A]]);
});

test('a deploy that has failed is not taken up by a merge', () => {
  const item = pushedItem(deploy('staging'));
  const held = verdictOf('inconclusive', { cause: 'condemned', headSha: A });

  const states = statesAfter(item, advance('staging', 1, held), merged());

  assert.equal(states, ['parked', 'parked']);
});

test('a paused item is not taken up by a merge', () => {
  const item = openItem([{}, CI, deploy('staging')]);

  const states = statesAfter(item, ask('pause', {}), pushed, merged());

  assert.equal(states, ['active.working', 'parked', 'parked']);
});

test('what a person is asked behind an environment is not answered by the merge', () => {
  const item = pushedItem(deploy('staging'), GO, deploy('production'));
  const passed = verdictOf('pass', { headSha: A, isLanded: true });

  const states = statesAfter(item, merged(), advance('staging', 1, passed));

  assert.equal(states, ['active.working', 'awaitingApproval']);
  assert.equal(
    item.effects().filter((effect) => effect.type === 'tell' && effect.event === 'claim'),
    [],
  );
});

test.run();
