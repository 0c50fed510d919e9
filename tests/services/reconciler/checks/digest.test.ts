// Two looks have the same digest exactly when nothing of the checks has changed.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { digestOf } from '../../../../services/reconciler/checks/digest.ts';
import type { Check } from '../../../../transport/forge/forge.ts';
import { check, SHA } from './check-facts.ts';

const digest = (...found: Check[]) => digestOf({ sha: SHA, checks: found });

test('the order of the checks is no change', () => {
  assert.is(digest(check('a'), check('b')), digest(check('b'), check('a')));
});

test('what a check says in prose is no change', () => {
  assert.is(digest(check('a')), digest(check('a', { summary: 'said', changedAtMs: 1, url: 'u' })));
});

test('an attempt that has not shown in a check is no change', () => {
  const rerun = { kind: 'workflow-run', id: 'run-of-a', attempt: 2 } as const;

  assert.is(digest(check('a')), digest(check('a', { rerun })));
});

test('a state, an id, a start and a further check are changes', () => {
  const digests = [
    digest(),
    digest(check('a')),
    digest(check('a'), check('b')),
    digest(check('a', { conclusion: 'failure' })),
    digest(check('a', { conclusion: null })),
    digest(check('a', { conclusion: null, startedAtMs: 1 })),
    digest(check('a', { id: 'other' })),
    digest(check('a', { kind: 'status' })),
    digest(check('a', { startedAtMs: 2 })),
  ];

  assert.is(new Set(digests).size, digests.length);
});

test('names that hold what separates them are told apart', () => {
  assert.is.not(digest(check('a","b')), digest(check('a'), check('b')));
});

test.run();
