// What every explanation has in common, whatever the machine: the head, the timers, the history, and whether
// anybody is there to move it at all. It must never leave `waitsFor` or `actions` empty.
import { isFinished } from '../../machines/decide.ts';
import { graphOf } from '../../machines/graph.ts';
import type { ActorRecord } from '../../machines/record.ts';
import { ACTOR_KINDS, definitionOf } from '../../machines/registry.ts';
import { formatDuration } from './duration.ts';
import { userAddress } from './user-address.ts';
import { looking, type Offer, sending } from './why-commands.ts';
import { type ActorFacts, aliveOf, hostOf, stateOf } from './why-facts.ts';
import { lastRefusedOf, lostClaimsOf } from './why-history.ts';
import { timersOf } from './why-timers.ts';
import type { Timer, Why } from './why-view.ts';

/** A deadline fires within moments; one this late has nobody who fires it. In milliseconds. */
const OVERDUE_MS = 5_000;

/** What an explanation of its own adds. */
export type Explained = Pick<Why, 'waitsFor' | 'owner' | 'budgets' | 'run'> & {
  actions: Why['actions'];
};

export function frame(facts: ActorFacts, explained: Explained): Why {
  const { stored, isArchived, notes } = facts;
  const { record, revision } = stored;
  const isOver = isFinished(record);
  const trouble = isOver ? null : troubleOf(facts);
  return {
    address: userAddress(facts.address),
    kind: record.machine,
    state: stateOf(facts),
    sinceMs: record.sinceMs,
    revision,
    isFinished: isOver,
    isArchived,
    waitsFor: withTrouble(explained.waitsFor, trouble),
    owner: explained.owner,
    reconciler: isOver ? 'nothing; it has ended' : reconcilerOf(record, stateOf(facts)),
    timers: timersOf(stored),
    lastApplied: { type: record.event.type, atMs: record.event.atMs, revision, by: record.by },
    lastRefused: lastRefusedOf(facts),
    lostClaims: lostClaimsOf(facts),
    budgets: explained.budgets,
    actions: explained.actions,
    run: explained.run,
    notes: [...notes],
  };
}

/** Deadlines that should have fired long ago, as the commands that fire them by hand; and a host, where none is. */
export function troubleOffers(facts: ActorFacts): Offer[] {
  const start = looking('up --role host', 'starts a host here, which moves everything on');
  const hosts = aliveOf(facts, 'host');
  return [
    ...(hosts?.length === 0 ? [start] : []),
    ...overdueTimers(facts).map(({ event, does }) =>
      sending(facts.address, { type: event }, `fires the overdue deadline by hand: ${does}`),
    ),
  ];
}

/** Always open, and never of harm. */
export function lookingOffers({ address }: Pick<ActorFacts, 'address'>): Offer[] {
  const user = userAddress(address);
  return [
    looking(`watch ${user}`, 'shows what happens to it from now on'),
    looking(`show ${user} --history`, 'shows its record and how it came here'),
  ];
}

function troubleOf(facts: ActorFacts): string | null {
  if (aliveOf(facts, 'host')?.length === 0) return 'no host is alive, so nothing moves';
  const [late] = overdueTimers(facts);
  if (late === undefined) return null;
  const host = hostOf(facts);
  const since = `its deadline ${late.event} is ${formatDuration(facts.nowMs - late.dueAtMs)} overdue`;
  if (host === null) return since;
  return `${since}, although host ${host.identity} should serve its partition ${host.partition}`;
}

/** What an item waits for may hold what its run waits for, and then says it already. */
function withTrouble(waitsFor: string, trouble: string | null): string {
  return trouble === null || waitsFor.includes(trouble) ? waitsFor : `${waitsFor}; ${trouble}`;
}

function overdueTimers({ stored, nowMs }: ActorFacts): Timer[] {
  return timersOf(stored).filter(({ dueAtMs }) => nowMs - dueAtMs >= OVERDUE_MS);
}

const reconcilers = new Map<string, string>();

/** As the machine itself names it. */
function reconcilerOf({ machine }: ActorRecord, state: string): string {
  if (reconcilers.size === 0) {
    for (const kind of ACTOR_KINDS) {
      const definition = definitionOf(kind);
      const states = definition === null ? [] : graphOf(definition.machine).states;
      for (const { name, reconciler } of states) reconcilers.set(`${kind}/${name}`, reconciler);
    }
  }
  return reconcilers.get(`${machine}/${state}`) || 'nothing that this version knows of';
}
