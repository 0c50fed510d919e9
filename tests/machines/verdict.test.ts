// Whose fault a failure is. An unknown cause is the product's: it must never excuse one.
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  failureKind,
  INFRASTRUCTURE_CAUSES,
  isPassing,
  VERDICT_KINDS,
  verdictSchema,
} from '../../machines/verdict.ts';

test('a registered cause is a fault of the infrastructure', () => {
  assert.equal([...new Set(INFRASTRUCTURE_CAUSES.map(failureKind))], ['infra_error']);
});

test('an unknown cause is the fault of the product', () => {
  const unknown = fc
    .string()
    .filter((cause) => !(INFRASTRUCTURE_CAUSES as readonly string[]).includes(cause));

  fc.assert(fc.property(unknown, (cause) => failureKind(cause) === 'product_fail'));
});

test('a cause that only resembles a registered one is the fault of the product', () => {
  const causes = ['Worker-Lost', 'worker-lost ', 'worker-losts', 'constructor', ''];

  assert.equal([...new Set(causes.map(failureKind))], ['product_fail']);
});

test('what was declared and stayed silent does not pass', () => {
  assert.not(isPassing('unobserved'));
});

test('only pass and not_applicable let an item go on', () => {
  assert.equal(
    VERDICT_KINDS.filter((kind) => isPassing(kind)),
    ['pass', 'not_applicable'],
  );
});

test('a verdict without a landing has not landed', () => {
  const verdict = verdictSchema.parse({ kind: 'pass', cause: 'gates' });

  assert.equal(verdict, {
    ...{ kind: 'pass', cause: 'gates', summary: '', headSha: null, isLanded: false },
  });
});

test.run();
