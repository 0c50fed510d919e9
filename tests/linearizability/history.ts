// Histories written by hand or by a generator, for tests of the checker.
// It must never be used to record a real one: these times mean nothing.
import type { CasOperation, ReadOperation } from './operation.ts';

const UNANSWERED = Number.POSITIVE_INFINITY;

/** `span` is [invoked, completed]. */
type SpanMs = readonly [number, number];

/** A read of `k` that was answered with this revision and value; 0 and null: it does not exist. */
export function read(
  span: SpanMs,
  revision: number,
  value: string | null = revision === 0 ? null : `v${revision}`,
): ReadOperation {
  return { kind: 'read', ...at(span), revision, value };
}

/** A compare-and-set that won `revision` and wrote `value`, by default `v<revision>`. */
export function won(
  span: SpanMs,
  expectedRevision: number,
  revision: number,
  value = `v${revision}`,
): CasOperation {
  return {
    kind: 'cas',
    ...at(span),
    expectedRevision,
    value,
    result: { outcome: 'won', revision },
  };
}

/** A compare-and-set that was refused. */
export function lost(span: SpanMs, expectedRevision: number): CasOperation {
  const value = `lost ${span.join()} ${expectedRevision}`;
  return { kind: 'cas', ...at(span), expectedRevision, value, result: { outcome: 'lost' } };
}

/** A compare-and-set without an answer. */
export function unknown(invokedMs: number, expectedRevision: number, value: string): CasOperation {
  const span = at([invokedMs, UNANSWERED]);
  return { kind: 'cas', ...span, expectedRevision, value, result: { outcome: 'unknown' } };
}

function at([invokedMs, completedMs]: SpanMs) {
  return { key: 'k', claimant: 'c', invokedMs, completedMs };
}
