// Whoever asks why something waits for the outside is told for what, since when, until when, and who else decides.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { commandsOf, whyOf } from './why-all-scenarios.ts';
import { ITEMS } from './why-item-scenarios.ts';
import { RUNS } from './why-run-scenarios.ts';
import type { Scenario } from './why-scenarios.ts';

function named(scenarios: readonly Scenario[], name: string) {
  const found = scenarios.find((scenario) => scenario.name === name);
  assert.ok(found, name);
  return found?.why.waitsFor ?? '';
}

test('checks that run are told as they were seen, with how long nothing has changed and when that ends', () => {
  const { waitsFor, owner } = whyOf('its checks are under way');

  assert.match(
    waitsFor,
    /^the checks of commit aaaaaaaaaaaa to end, for stage build: 2 of 5 passed/,
  );
  assert.match(waitsFor, /build is running; nothing of them has changed for 20s; /);
  assert.match(waitsFor, /without a change the host gives them up in 4m40s$/);
  assert.is(owner.who, 'the host');
});

test('checks that nobody has seen yet are waited for as long', () => {
  const { waitsFor } = whyOf('no check was seen yet');

  assert.match(waitsFor, /the checks of its commit to end, .*: none was seen yet; .*gives them up/);
});

test('checks that should have been given up say so', () => {
  const { waitsFor } = whyOf('its checks have stood still');

  assert.match(waitsFor, /the host should have given them up by now/);
});

test('a run that waits for checks never asks for a worker, even where none is alive', () => {
  const why = whyOf('its checks are under way');

  assert.not.match(commandsOf(why).join(), /up --role worker/);
  assert.not.match([why.waitsFor, why.owner.detail].join(), /worker/);
});

test('a person may judge checks that nobody judges', () => {
  const [first] = commandsOf(whyOf('its checks have stood still'));

  assert.match(first ?? '', /^onceward send shop\/7\/build\/1 claim /);
});

test('where reviews decide as well, the item says so with its pull request, and the run too', () => {
  const item = named(ITEMS, 'a review decides as well');
  const run = named(RUNS, 'a review decides as well');

  assert.match(
    item,
    /; a review of its pull request #7, or `\/onceward approve` in a comment, decides/,
  );
  assert.match(
    run,
    /; a review of its pull request, or `\/onceward approve` in a comment, decides/,
  );
});

test('where only a person at a command line decides, no review is promised', () => {
  assert.not.match(named(ITEMS, 'a person decides'), /review/);
});

test('an item whose pull request was closed says by whom, and what releases it', () => {
  const why = whyOf('its pull request was closed');

  assert.match(why.waitsFor, /pull request #7 was closed without being merged by ada/);
  assert.match(why.waitsFor, /onceward retry shop\/7 releases it; reopen the pull request first/);
  assert.match(why.actions[0]?.does ?? '', /a new pull request takes the place of the closed one/);
});

test('an item that was sent back too often says how often, and that a retry is one more round', () => {
  const why = whyOf('it was sent back too often');

  assert.match(why.waitsFor, /sent back 2 times by stage build, of 1 allowed/);
  assert.match(why.waitsFor, /onceward retry shop\/7 releases it for one more round/);
  assert.match(why.actions[0]?.does ?? '', /what the last review asked for/);
});

test('an item that was not seen on the base branch is released by its merge as well', () => {
  assert.match(whyOf('its merge is not seen yet').waitsFor, /releases it, and so does its merge$/);
});

test.run();
