// What is said of runs, items and accounts that a cap, a provider or a person keeps from going on.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ask } from '../../support/machine-steps.ts';
import { commandsOf, whyOf } from './why-all-scenarios.ts';
import { NOW_MS, runScenario } from './why-scenarios.ts';

test('a held run names its account, why it is suspended, until when, and how to resume it', () => {
  const why = whyOf('its account is suspended');
  assert.is(why.owner.who, 'account.provider.claude');
  assert.match(
    why.waitsFor,
    /suspended \(usage-limit: limit reached \[31m resets 2pm\) until 1970-/,
  );
  assert.match(why.waitsFor, /, in 12m40s; until then it asks again in \d+s$/);
  assert.is(commandsOf(why)[0], 'onceward send account.provider.claude resume');
});

test('a run whose account is available again offers nothing to resume', () => {
  const why = whyOf('its account is available again');
  assert.match(
    why.waitsFor,
    /account\.provider\.claude, which is available again: it asks again in/,
  );
  assert.not.ok(commandsOf(why).some((command) => command.endsWith(' resume')));
});

test('a run over its cap names the cap with both numbers, what happens when, and how to allow more', () => {
  const why = whyOf('it has reached a cap');
  assert.match(why.waitsFor, /it has used usd 5\.12 of 5 \(\$5\.12, 340k tokens, 12 turns/);
  assert.match(why.waitsFor, /else its process is ended in 9m00s$/);
  assert.is(commandsOf(why)[0], 'onceward send shop/7/build/1 allow');
  assert.match(whyOf('nobody allowed it more').waitsFor, /used usd 5\.12 of 5, and nobody allowed/);
});

test('a run at work tells its last progress, and what it has used, with what has no price', () => {
  const { waitsFor } = whyOf('its agent has something to show');
  assert.match(
    waitsFor,
    /its last progress 1m00s ago, its worktree at a{12}; used \$1\.23 \+ 120k/,
  );
});

test('an item whose provider refuses says that it is charged nothing, and names the account', () => {
  const why = whyOf('its provider refuses');
  assert.match(
    why.waitsFor,
    /\(usage-limit\).*charged nothing.*account\.provider\.claude is suspended/,
  );
  assert.is(commandsOf(why)[0], 'onceward why account.provider.claude');
});

test('an item that is parked for a cap or in a circle says with which number, and what a retry does', () => {
  const told = (name: string) => [whyOf(name).waitsFor, whyOf(name).actions[0]?.does].join('; ');
  assert.match(
    told('it has used as much as its cap allows'),
    /item-cap-reached: .*usd 5\.12 of 5.*retry.*; lets it go on, with as much again/,
  );
  assert.match(told('its run was ended at a cap'), /run-cap-reached: .*usd 5\.12 of 5.*; begins/);
  assert.match(told('it goes in circles'), /no-progress: .*twice on no commit.*; lets it try once/);
});

test('the budgets of an agent count continuations and resumes, those of a person do not', () => {
  const of = (name: string) => whyOf(name).budgets.map(({ budget }) => budget);
  assert.ok(['continuations', 'resumes'].every((one) => of('its run is open').includes(one)));
  assert.not.ok(of('its policy decides').includes('resumes'));
});

test('a suspended account names who suspended it, until when, and what was used of what is allowed', () => {
  const refused = whyOf('its provider has refused');
  assert.match(refused.waitsFor, /^its provider, for it is suspended \(usage-limit: resets 2pm\)/);
  assert.match(refused.waitsFor, /used today: \$1\.23 \+ 120k tokens without a price, 340k tokens/);
  assert.is(commandsOf(refused)[0], 'onceward send account.provider.claude resume');
  const capped = whyOf('its cap of the day is reached');
  assert.match(capped.waitsFor, /, of \$1\.00, 100 turns a day: reached usd 1\.23 of 1$/);
  assert.is(capped.owner.who, 'its next day');
  const { who, detail } = whyOf('a person has suspended it').owner;
  assert.equal([who, detail], ['a person', 'suspended by ada 1m00s ago']);
});

test('a worker cannot put a command into the account that it names', () => {
  const account = 'account.provider.x; touch /tmp/y';
  const steps = [ask('hold', { epoch: 1, account, cause: 'usage-limit', untilMs: NOW_MS })];
  const why = runScenario('hostile', { state: 'running.held', steps }).why;
  assert.equal(
    commandsOf(why).filter((command) => command.includes('touch')),
    [],
  );
});

test.run();
