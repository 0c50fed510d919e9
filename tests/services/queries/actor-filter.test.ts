// The filter by which actors are chosen: which keys are read, and what passes.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  type ActorFilter,
  assertFilter,
  hasPassed,
  isEmptyFilter,
  isHeldBy,
  keyFilter,
  mayPass,
} from '../../../services/queries/actor-filter.ts';
import { OncewardError } from '../../../transport/errors.ts';

const NOW_MS = 100_000;
const run = {
  address: 'shop/7/build/1',
  state: 'running.working',
  sinceMs: 40_000,
  changedAtMs: 90_000,
};

function passes(filter: ActorFilter, outline = run): boolean {
  return mayPass('run', filter)(outline, NOW_MS);
}

function refused(...given: Parameters<typeof assertFilter>): string {
  try {
    assertFilter(...given);
    return '';
  } catch (error) {
    return error instanceof OncewardError ? error.message : String(error);
  }
}

test('only the keys that can match are read', () => {
  assert.is(keyFilter('item', {}), '>');
  assert.is(keyFilter('item', { project: 'shop' }), 'shop.>');
  assert.is(keyFilter('item', { item: '7' }), '*.7');
  assert.is(keyFilter('item', { project: 'shop', item: '7', stage: 'build' }), 'shop.7');
  assert.is(keyFilter('run', { project: 'shop' }), 'shop.>');
  assert.is(keyFilter('run', { item: '7' }), '*.7.>');
  assert.is(keyFilter('run', { stage: 'build' }), '*.*.build.>');
  assert.is(keyFilter('run', { project: 'shop', stage: 'build' }), 'shop.*.build.>');
});

test('a state covers those within it, and none that only begins like it', () => {
  assert.ok(passes({ state: 'running' }));
  assert.ok(passes({ state: 'running.working' }));
  assert.not(passes({ state: 'run' }));
  assert.not(passes({ state: 'running.work' }));
});

test('times are counted from the present of the server, bounds included', () => {
  assert.ok(passes({ changedWithinMs: 10_000 }));
  assert.not(passes({ changedWithinMs: 9_999 }));
  assert.ok(passes({ olderThanMs: 60_000 }));
  assert.not(passes({ olderThanMs: 60_001 }));
});

test('how old an unreadable one is nobody knows', () => {
  const unreadable = { ...run, state: 'corrupt' };
  assert.not(mayPass('run', { olderThanMs: 1 })({ ...unreadable, sinceMs: null }, NOW_MS));
  assert.ok(mayPass('run', { state: 'corrupt' })({ ...unreadable, sinceMs: null }, NOW_MS));
});

test('a text is sought in the address and, of an item, in the title, whatever the case', () => {
  const item = { address: 'shop/7', title: 'Colour (of) the Roof', stage: 'build' };
  assert.ok(hasPassed({ text: 'colour (OF)' })(item));
  assert.ok(hasPassed({ text: 'SHOP/7' })(item));
  assert.not(hasPassed({ text: 'roof.' })(item));
  assert.ok(passes({ text: 'Build' }));
  assert.not(passes({ text: 'roof' }));
  assert.ok(mayPass('item', { text: 'roof' })(run, NOW_MS), 'its title is not known yet');
});

test('an item is in the stage where it stands, or would go on', () => {
  const at = (stage: string | null) => ({ address: 'shop/7', title: '', stage });
  assert.ok(hasPassed({ stage: 'build' })(at('build')));
  assert.not(hasPassed({ stage: 'build' })(at('ship')));
  assert.not(hasPassed({ stage: 'build' })(at(null)));
});

test('a claimant is meant as a whole, unless it ends in a star', () => {
  assert.ok(isHeldBy('worker-1', { claimant: 'worker-1' }));
  assert.not(isHeldBy('worker-10', { claimant: 'worker-1' }));
  assert.ok(isHeldBy('worker-10', { claimant: 'worker-1*' }));
  assert.not(isHeldBy(null, { claimant: '*' }));
  assert.ok(isHeldBy(null, {}));
});

test('a filter that lets everything through is known as such', () => {
  assert.ok(isEmptyFilter({ project: undefined, isArchiveIncluded: false }));
  assert.not(isEmptyFilter({ text: '' }));
  assert.not(isEmptyFilter({ isArchiveIncluded: true }));
});

test('a name that cannot be one, and a state that none has, are told', () => {
  assert.is(refused(['item'], { project: 'shop', state: 'parked' }), '');
  assert.match(refused(['item'], { project: '' }), 'is no name of a project');
  assert.match(refused(['run'], { stage: 'a.b' }), '"a.b" is no name of a stage');
  assert.match(refused(['run'], { claimant: '' }), 'the claimant is empty');
  assert.match(refused(['item'], { state: 'finalizing' }), 'items have no state "finalizing"');
  assert.is(refused(['item', 'run'], { state: 'finalizing' }), '');
});

test.run();
