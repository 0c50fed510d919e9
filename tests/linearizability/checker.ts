// Decides whether a recorded history can be explained by one register per key that does one operation at
// a time, each at some moment between its invocation and its completion. Pure: it never talks to a server,
// and never gives the benefit of the doubt: a history too wide to decide is an error.
import { strict as assert } from 'node:assert';
import type { CasOperation, Operation } from './operation.ts';

/** Why one key's history has no explanation. */
export interface Violation {
  key: string;
  /** The first completion that contradicts every explanation of what came before. */
  contradiction: Operation;
  /** What the key may have held at that moment. */
  possible: Version[];
  /** What else was under way or without an answer. */
  pending: Operation[];
}

/** What a key holds. The revision is null when no answer ever named it. */
export interface Version {
  revision: number | null;
  value: string | null;
}

/** One explanation of the history so far: what the key holds, and which pending operations took effect. */
interface Explanation {
  version: number;
  /** The bits of those operations. */
  effective: bigint;
}

/** An operation, its bit, and the version it makes when it takes effect; null when it makes none. */
interface Slot {
  operation: Operation;
  bit: bigint;
  makes: number | null;
}

export interface CheckOptions {
  /**
   * True for replicated streams, which refuse a compare-and-set as soon as another one on the same
   * revision is on its way to the other servers: the loser may read once more what it expected. It
   * still needs such a rival; false (the default) demands that the key had moved on.
   */
  mayLoseEarly?: boolean;
}

/** Far above what claim races need (a few for each key), and a few seconds of work. */
const MAX_EXPLANATIONS = 200_000;
/** Every history begins with keys that do not exist. */
const ABSENT: Version = { revision: 0, value: null };

/**
 * Checks each key for itself, which suffices: linearizability is a local property. Returns the keys
 * whose history is not linearizable, with the reason; empty when all is well.
 *
 * The search keeps every explanation and moves on from completion to completion, letting operations
 * take effect only when a completion demands it.
 * @see https://doi.org/10.1145/78969.78972 (Herlihy and Wing), https://doi.org/10.1002/cpe.3928 (Lowe)
 */
export function violations(history: readonly Operation[], options: CheckOptions = {}): Violation[] {
  const byKey = new Map<string, Operation[]>();
  for (const operation of history) {
    const others = byKey.get(operation.key);
    if (others === undefined) byKey.set(operation.key, [operation]);
    else others.push(operation);
  }
  return [...byKey].flatMap(([key, operations]) => violationOf({ key, operations, options }) ?? []);
}

function violationOf({ key, operations, options }: OneKey): Violation | null {
  const { mayLoseEarly = false } = options;
  const versions = versionsOf(operations);
  const slots = slotsOf(operations);
  const underWay = new Set<Slot>();
  let explanations: Explanation[] = [{ version: 0, effective: 0n }];
  for (const { slot, isCompletion } of inOrder(slots)) {
    if (!isCompletion) {
      underWay.add(slot);
      continue;
    }
    const next = completed(explanations, { slot, underWay, versions, mayLoseEarly });
    underWay.delete(slot);
    if (next.length === 0) {
      return {
        key,
        contradiction: slot.operation,
        possible: [...new Set(explanations.map(({ version }) => versions[version] ?? ABSENT))],
        pending: [...underWay].map(({ operation }) => operation),
      };
    }
    explanations = next;
  }
  return null;
}

interface OneKey {
  key: string;
  operations: readonly Operation[];
  options: CheckOptions;
}

/** Version 0, and one for each write that may have taken effect, in the order of `operations`. */
function versionsOf(operations: readonly Operation[]): Version[] {
  const readings = operations.filter((operation) => operation.kind === 'read');
  const read = new Map(readings.map(({ value, revision }) => [value, revision]));
  const writes = operations.filter(mayTakeEffect);
  assert.equal(new Set(writes.map(({ value }) => value)).size, writes.length, 'a value came twice');
  // A write without an answer has its revision from whoever read it; unread, nobody expects it.
  const revisionOf = ({ result, value }: CasOperation) =>
    result.outcome === 'won' ? result.revision : (read.get(value) ?? null);
  const made = writes.map((write) => ({ revision: revisionOf(write), value: write.value }));
  const told = [ABSENT, ...readings, ...made].map(({ revision }) => revision);
  assertExpectable(operations, new Set(told));
  return [ABSENT, ...made];
}

/** Otherwise a write without an answer could be what was expected, and its revision would be a guess. */
function assertExpectable(operations: readonly Operation[], told: Set<number | null>): void {
  for (const operation of operations) {
    if (operation.kind === 'read') continue;
    const { expectedRevision, claimant } = operation;
    assert(told.has(expectedRevision), `${claimant} expected ${expectedRevision} out of nowhere`);
  }
}

function mayTakeEffect(operation: Operation): operation is CasOperation {
  return operation.kind === 'cas' && operation.result.outcome !== 'lost';
}

function slotsOf(operations: readonly Operation[]): Slot[] {
  let version = 0;
  return operations.map((operation, index) => {
    const isWrite = mayTakeEffect(operation);
    if (isWrite) version += 1;
    return { operation, bit: 1n << BigInt(index), makes: isWrite ? version : null };
  });
}

/** Invocations and completions by time; at one moment the invocation comes first, so that they overlap. */
function inOrder(slots: readonly Slot[]): { slot: Slot; isCompletion: boolean }[] {
  const events = slots.flatMap((slot) => {
    const { invokedMs, completedMs } = slot.operation;
    assert(invokedMs <= completedMs, 'an operation completed before it began');
    const invocation = { slot, isCompletion: false, atMs: invokedMs };
    // Without an answer there is no moment by which it must have taken effect.
    if (completedMs === Number.POSITIVE_INFINITY) return [invocation];
    return [invocation, { slot, isCompletion: true, atMs: completedMs }];
  });
  return events.sort((a, b) => a.atMs - b.atMs || Number(a.isCompletion) - Number(b.isCompletion));
}

interface Step {
  slot: Slot;
  underWay: ReadonlySet<Slot>;
  versions: readonly Version[];
  mayLoseEarly: boolean;
}

/** All explanations in which the completed operation has taken effect, and as little else as possible. */
function completed(explanations: readonly Explanation[], step: Step): Explanation[] {
  const { slot, underWay, versions } = step;
  const seen = new Set<string>();
  const done = new Map<string, Explanation>();
  const waiting = [...explanations];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const current = observed(next, step);
    if (isNew(seen, current)) {
      if (current.effective & slot.bit) {
        // Over and done with: forgetting it lets explanations that differ in nothing else meet.
        const rest = { version: current.version, effective: current.effective & ~slot.bit };
        done.set(nameOf(rest), rest);
      } else {
        waiting.push(...successors(current, underWay, versions));
      }
    }
    assert(seen.size <= MAX_EXPLANATIONS, `over ${MAX_EXPLANATIONS} explanations: undecided`);
  }
  return [...done.values()];
}

/**
 * What only looks takes effect as soon as what it saw is true: it changes nothing, so waiting
 * could gain nothing.
 */
function observed(explanation: Explanation, step: Step): Explanation {
  let { effective } = explanation;
  const held = step.versions[explanation.version] ?? ABSENT;
  const isRival = ({ operation, bit, makes }: Slot) =>
    makes !== null && !(explanation.effective & bit) && isTrueOf(operation, held);
  const hasRival = step.mayLoseEarly && [...step.underWay].some(isRival);
  for (const { operation, bit, makes } of step.underWay) {
    if (makes !== null || effective & bit) continue;
    const isEarlyLoss = hasRival && operation.kind === 'cas';
    if (isEarlyLoss || isTrueOf(operation, held)) effective |= bit;
  }
  return { version: explanation.version, effective };
}

function successors(
  explanation: Explanation,
  underWay: ReadonlySet<Slot>,
  versions: readonly Version[],
): Explanation[] {
  const { version, effective } = explanation;
  const held = versions[version] ?? ABSENT;
  return [...underWay].flatMap(({ operation, bit, makes }) => {
    if (makes === null || effective & bit || !isTrueOf(operation, held)) return [];
    return [{ version: makes, effective: effective | bit }];
  });
}

/** Whether the operation, done now, would have been answered as it was. */
function isTrueOf(operation: Operation, held: Version): boolean {
  if (operation.kind === 'read') {
    return operation.revision === held.revision && operation.value === held.value;
  }
  const isAsExpected = operation.expectedRevision === held.revision;
  return operation.result.outcome === 'lost' ? !isAsExpected : isAsExpected;
}

function isNew(seen: Set<string>, explanation: Explanation): boolean {
  const name = nameOf(explanation);
  if (seen.has(name)) return false;
  seen.add(name);
  return true;
}

function nameOf({ version, effective }: Explanation): string {
  return `${version}:${effective.toString(16)}`;
}
