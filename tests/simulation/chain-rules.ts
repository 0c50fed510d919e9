// Rules on every record by itself: it follows from the one before it by one transition of its machine, by one
// event that was never applied before, and it says how it goes on.
import { accountMachine } from '../../machines/account/machine.ts';
import { isShared } from '../../machines/address.ts';
import { deploymentMachine } from '../../machines/deployment/machine.ts';
import { graphOf } from '../../machines/graph.ts';
import { itemMachine } from '../../machines/item/machine.ts';
import { mergeMachine } from '../../machines/merge/machine.ts';
import { MAX_RECENT_EVENTS } from '../../machines/record.ts';
import { runMachine } from '../../machines/run/machine.ts';
import { isFinal, isRun, type Known, type Landing } from './landing.ts';
import type { Rule } from './rule.ts';

/** No clock of the fleet is further off than this; see life.ts. */
const MAX_SKEW_MS = 2_000;

const edges = new Set<string>();
const owned = new Set<string>();
const firsts = new Set([
  ...['run/running.queued', 'item/active.working', 'item/awaitingApproval'],
  ...['account/available', 'merge/idle', 'deployment/idle'],
]);
const deadlineEvents = new Set<string>();
for (const machine of [runMachine, itemMachine, accountMachine, mergeMachine, deploymentMachine]) {
  const graph = graphOf(machine);
  const entered = (state: string) =>
    graph.states.find(({ name }) => name === state)?.initial ?? state;
  for (const { from, event, to } of graph.transitions) {
    // What is left at once is not where it comes to rest.
    const led = new Set([entered(to ?? from)]);
    for (const state of led) {
      edges.add(`${graph.id}/${from}/${event}/${state}`);
      for (const next of graph.transitions) {
        if (next.event === null && next.from === state) led.add(entered(next.to ?? state));
      }
    }
  }
  for (const { name, owner, reconciler, deadlines } of graph.states) {
    if (owner !== '' && reconciler !== '') owned.add(`${graph.id}/${name}`);
    for (const { event } of deadlines) deadlineEvents.add(event);
  }
}

export const CHAIN_RULES: readonly Rule[] = [
  {
    invariant: 'every revision is one transition of its machine',
    broken({ previous, next }) {
      const { machine, event } = next.record;
      if (previous === null) {
        if (event.type === 'open' && firsts.has(`${machine}/${next.state}`)) return null;
        return `${next.address} began as ${next.state} by ${event.type}`;
      }
      const step = `${machine}/${previous.state}/${event.type}/${next.state}`;
      return edges.has(step) ? null : `${next.address} took a step that does not exist: ${step}`;
    },
  },
  {
    invariant: 'every revision remembers the one before it',
    broken({ previous, next }) {
      const before = previous === null ? [] : recentOf(previous);
      const expected = [...before, next.record.event.id].slice(-MAX_RECENT_EVENTS);
      const found = next.record.recent.map(({ id }) => id);
      if (found.join() !== expected.join()) return `${next.address} forgot an event: ${found}`;
      if (next.record.mailboxSequence >= (previous?.record.mailboxSequence ?? 0)) return null;
      return `${next.address} forgot how far it has read its mailbox`;
    },
  },
  {
    invariant: 'no event is applied twice',
    needsMemory: true,
    broken({ previous, next, truth }) {
      const { id, type } = next.record.event;
      const before = truth.applied.get(next.address)?.get(id);
      if (before === undefined) return null;
      // Accounts and queues are told by so many that they may have forgotten what is told once more after a crash.
      const isForgotten = previous !== null && !recentOf(previous).includes(id);
      if (isShared(next.address) && isForgotten) return null;
      return `${next.address} applied ${type} ${id} at ${before} and at ${next.revision}`;
    },
  },
  {
    invariant: 'no archived actor comes back',
    needsMemory: true,
    broken: ({ next, truth }) =>
      truth.removed.has(next.address) ? `${next.address} was archived and is back` : null,
  },
  {
    invariant: 'every state has an owner, a deadline and a reconciler until it ends',
    broken({ next }) {
      const deadlines = Object.keys(next.record.context.deadlines);
      if (isFinal(next)) {
        return deadlines.length === 0 ? null : `${next.address} has ended and waits: ${deadlines}`;
      }
      if (!owned.has(`${next.record.machine}/${next.state}`)) {
        return `${next.address} is ${next.state}, which nobody looks after`;
      }
      return deadlines.length > 0 ? null : `${next.address} is ${next.state} without a deadline`;
    },
  },
  {
    invariant: 'a deadline is applied only once it is due',
    broken(landing) {
      const { previous, next, atMs } = landing;
      const { type, atMs: statedMs } = next.record.event;
      if (statedMs > atMs + MAX_SKEW_MS) return `${next.address} was stamped ahead of its time`;
      if (previous === null || !deadlineEvents.has(type)) return null;
      const dueMs = previous.record.context.deadlines[type];
      if (dueMs !== undefined && dueMs <= statedMs) return null;
      return `${next.address} applied ${type} at ${statedMs}, due at ${dueMs}`;
    },
  },
  { invariant: 'an event speaks for the present epoch', broken: strangersEvent },
];

/** What the record before remembers, its own event included. */
function recentOf({ record }: Known): string[] {
  return record.recent.map(({ id }) => id);
}

function strangersEvent({ previous, next, truth }: Landing): string | null {
  const asked = truth.asked.get(next.record.event.id);
  if (asked === undefined || previous === null || !isRun(next)) return null;
  const spokenFor = asked.data['epoch'];
  const epoch = previous.record.context['epoch'];
  if (spokenFor === undefined || spokenFor === epoch) return null;
  return `${next.address} is at epoch ${epoch} and applied ${asked.type} of epoch ${spokenFor}`;
}
