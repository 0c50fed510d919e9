// What a stage says of its agent, and which ends of an agent are somebody else's fault.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  ACCOUNT_CAUSES,
  accountOf,
  agentSchema,
  isAccountCause,
  isContinued,
} from '../../machines/agent.ts';
import {
  exitKind,
  failureKind,
  INCONCLUSIVE_CAUSES,
  INFRASTRUCTURE_CAUSES,
  judgedKind,
} from '../../machines/verdict.ts';

test('an agent lives by the account that is named, otherwise by that of its tool', () => {
  assert.is(accountOf({ adapter: 'claude' }), 'claude');
  assert.is(accountOf({ adapter: 'codex', account: 'team-b' }), 'team-b');
});

test('a tool that nobody can read is refused, and a prompt outside the repository', () => {
  assert.not(agentSchema.safeParse({ adapter: 'parrot' }).success);
  assert.not(agentSchema.safeParse({ adapter: 'claude', prompt: '../prompt.md' }).success);
  assert.ok(agentSchema.safeParse({ adapter: 'claude', prompt: '.onceward/{stage}.md' }).success);
});

test('what the provider does is never the fault of the product', () => {
  assert.equal([...new Set(ACCOUNT_CAUSES.map(failureKind))], ['infra_error']);
  assert.not(isAccountCause('exit-code'));
});

test('an end without a result that nobody is to blame for is inconclusive', () => {
  assert.equal([...new Set(INCONCLUSIVE_CAUSES.map(exitKind))], ['inconclusive']);
  assert.equal(exitKind('usage-limit'), 'infra_error');
  assert.equal(exitKind('made-up'), 'product_fail');
});

test('a session is gone on with where the agent stopped half-way, never where its work was judged', () => {
  const causes = ['turn-limit', 'cap-reached', 'agent-crashed', 'fenced', ...ACCOUNT_CAUSES];
  const judged = ['exit-code', 'resume-failed', 'refused', 'silent', 'timed-out', 'worker-lost'];

  assert.equal(causes.filter(isContinued), causes);
  assert.equal(judged.filter(isContinued), []);
});

test('whoever judges cannot excuse the work with what only onceward could have seen', () => {
  const claimable = INFRASTRUCTURE_CAUSES.filter((cause) => judgedKind(cause) === 'infra_error');

  assert.equal(claimable, ['remote-unreachable', 'disk-full', 'gate-unavailable']);
  assert.is(judgedKind('bad-weather'), 'product_fail');
});

test.run();
