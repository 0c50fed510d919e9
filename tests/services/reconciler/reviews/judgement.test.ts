// What reviews are judged to be, case by case.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { BEFORE, HEAD, judge, later, review, thread } from './review-facts.ts';

const CHANGES = { state: 'changes_requested', body: 'rename it' } as const;

function kindOf(...[found, rules]: Parameters<typeof judge>): string {
  return judge(found, rules).kind;
}

function idsOf(...[found, rules]: Parameters<typeof judge>): string[] {
  const judgement = judge(found, rules);
  return judgement.kind === 'send-back' ? judgement.ids : [judgement.kind];
}

test('without a review the item waits', () => {
  assert.equal(judge({}), { kind: 'wait', reason: `0 of 1 approvals of ${HEAD.slice(0, 8)}` });
});

test('an approval of this very commit approves', () => {
  assert.equal(judge({ reviews: [review('1', { body: 'well done' })] }), {
    ...{ kind: 'approve', by: 'alice', comment: 'well done', id: '1' },
  });
});

test('an approval of another commit approves nothing', () => {
  const judgement = judge({ reviews: [review('1', { sha: BEFORE })] });

  assert.is(judgement.kind, 'wait');
  assert.match(judgement.kind === 'wait' ? judgement.reason : '', /alice approved another commit/);
});

test('as many different people must approve as are asked for', () => {
  const [one, again] = [review('1'), review('2')];
  const other = review('3', { author: 'bob' });

  assert.is(kindOf({ reviews: [one, again] }, { approvals: 2 }), 'wait');
  assert.is(kindOf({ reviews: [one, other] }, { approvals: 2 }), 'approve');
});

test('strangers and programs have no say, unless they are named', () => {
  const stranger = review('1', { author: 'mallory', isCollaborator: false });
  const program = review('2', { author: 'coderabbit[bot]', isHuman: false, ...CHANGES });
  const named = { reviewers: ['CodeRabbit[bot]'] };

  assert.is(kindOf({ reviews: [stranger, program] }), 'wait');
  assert.is(kindOf({ reviews: [stranger] }, { reviewers: ['mallory'] }), 'approve');
  assert.is(kindOf({ reviews: [stranger, program] }, named), 'send-back');
});

test('what we say ourselves has no say', () => {
  const own = '<!-- onceward:shop.7 -->\nlooks fine';
  const threads = [thread('t', { isOwn: true })];

  assert.is(kindOf({ reviews: [review('1', { body: own })], threads }), 'wait');
});

test('a request for changes sends back what was said, with its threads', () => {
  const reviews = [review('1', CHANGES)];
  const threads = [thread('t', { reviewId: '1', author: 'alice', body: 'alice: why?' })];

  assert.equal(judge({ reviews, threads }), {
    ...{ kind: 'send-back', by: 'alice', ids: ['1', 't'] },
    reason: 'alice asks for changes:\nrename it\n\nsrc/total.ts:3 (alice):\nalice: why?',
  });
});

test('a request for changes stands for a later commit, too', () => {
  assert.is(kindOf({ reviews: [review('1', { ...CHANGES, sha: BEFORE })] }), 'send-back');
});

test('the newest decisive review of each person stands', () => {
  const changes = review('1', { ...CHANGES, ...later(1) });

  assert.is(kindOf({ reviews: [changes, review('2', later(2))] }), 'approve');
  assert.is(kindOf({ reviews: [review('2'), changes] }), 'send-back');
  assert.is(
    kindOf({ reviews: [review('2'), review('3', { state: 'commented', ...later(5) })] }),
    'approve',
  );
});

test('a request for changes outweighs the approvals of others', () => {
  const reviews = [review('1'), review('2', { author: 'bob', ...CHANGES })];

  assert.is(kindOf({ reviews }), 'send-back');
  assert.is(kindOf({ reviews }, { handled: ['2'] }), 'wait');
});

test('a dismissed review counts no more, nor does what it replaced', () => {
  const dismissed = review('2', { state: 'dismissed', ...later(2) });

  assert.is(kindOf({ reviews: [review('1', CHANGES), dismissed] }), 'wait');
  assert.is(kindOf({ reviews: [review('1'), dismissed] }), 'wait');
  assert.is(kindOf({ reviews: [dismissed], threads: [thread('t', { reviewId: '2' })] }), 'wait');
});

test('what was sent back before is not sent back again', () => {
  const found = { reviews: [review('1', CHANGES)], threads: [thread('t')] };

  assert.equal(idsOf(found, { handled: ['1'] }), ['t']);
  assert.equal(idsOf(found, { handled: ['1', 't'] }), ['wait']);
});

test('a new request for changes is sent back although an earlier one was', () => {
  const reviews = [review('1', CHANGES), review('2', { ...CHANGES, ...later(9) })];

  assert.equal(idsOf({ reviews }, { handled: ['1'] }), ['2']);
});

test('an unresolved thread sends back, also beside an approval', () => {
  const reviews = [review('1')];

  assert.is(kindOf({ reviews, threads: [thread('t')] }), 'send-back');
  assert.is(kindOf({ reviews, threads: [thread('t', { isResolved: true })] }), 'approve');
  assert.is(kindOf({ reviews, threads: [thread('t')] }, { handled: ['t'] }), 'approve');
});

test('an unresolved thread of a stranger sends nothing back', () => {
  const threads = [thread('t', { author: 'mallory', isCollaborator: false })];

  assert.is(kindOf({ reviews: [review('1')], threads }), 'approve');
});

test('where the forge does not tell, a thread goes with its request for changes only', () => {
  const unknown = { isResolved: null, reviewId: '1' };
  const threads = [thread('t', unknown)];

  assert.equal(idsOf({ reviews: [review('1', CHANGES)], threads }), ['1', 't']);
  assert.equal(idsOf({ reviews: [review('1')], threads }), ['approve']);
  assert.equal(idsOf({ threads: [thread('t', { isResolved: null })] }), ['wait']);
});

test('what has no room is not sent back yet', () => {
  const many = Array.from({ length: 40 }, (_, n) =>
    thread(`t${n}`, { line: n, body: 'x'.repeat(900) }),
  );
  const told = idsOf({ threads: many });
  const rest = idsOf({ threads: many }, { handled: told });

  assert.is(told.length, 16);
  assert.is(rest.length, 16);
  assert.not(told.some((id) => rest.includes(id)));
});

test('every place that is sent back stands in the reason', () => {
  const path = `src/${'deep/'.repeat(60)}total.ts`;
  const many = Array.from({ length: 40 }, (_, n) =>
    thread(`t${n}`, { path, line: n, author: 'a'.repeat(90) }),
  );
  const judgement = judge({ threads: many });
  const reason = judgement.kind === 'send-back' ? judgement.reason : '';

  assert.is(reason.match(/total\.ts:\d+ \(/g)?.length, 16);
  assert.ok(reason.length <= 4_000);
});

test('a request without words is told as one', () => {
  const judgement = judge({ reviews: [review('1', { ...CHANGES, body: ' ' })] });

  assert.match(judgement.kind === 'send-back' ? judgement.reason : '', /nothing is said with it/);
});

test.run();
