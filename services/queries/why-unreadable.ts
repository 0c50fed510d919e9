// The honest answer about a record that this version cannot read: whose it is, and that nobody here touches it.
// It must never guess what such a record means.
import { itemAddress, parseAddress } from '../../machines/address.ts';
import type { Entry } from '../../transport/ports.ts';
import type { Loaded } from '../actors/record-cache.ts';
import { userAddress } from './user-address.ts';
import { accepted, looking } from './why-commands.ts';
import type { Surroundings } from './why-facts.ts';
import { claimsOf, lastRefusalIn } from './why-history.ts';
import type { Why } from './why-view.ts';

export type Unreadable = Extract<Loaded, { status: 'newer' | 'corrupt' }>;

export interface UnreadableFacts extends Surroundings {
  /** As in the subjects. */
  address: string;
  loaded: Unreadable;
  entry: Entry;
  isArchived: boolean;
}

export function explainUnreadable(facts: UnreadableFacts): Why {
  const { address, loaded, entry, isArchived, notes } = facts;
  const entries = facts.audit.filter((line) => line.address === address);
  const applied = entries.findLast(({ outcome }) => outcome === 'applied');
  const claims = claimsOf(entries).filter(({ outcome }) => outcome === 'refused');
  return {
    address: userAddress(address),
    kind: parseAddress(address)?.kind ?? 'run',
    state: loaded.status,
    sinceMs: entry.storedAtMs,
    revision: entry.revision,
    isFinished: false,
    isArchived,
    ...EXPLANATIONS[loaded.status](loaded.message),
    timers: [],
    lastApplied: {
      type: applied?.type ?? 'unknown',
      atMs: applied?.atMs ?? entry.storedAtMs,
      revision: applied?.revision ?? entry.revision,
      by: applied?.by ?? 'unknown',
    },
    lastRefused: lastRefusalIn(entries, () => []),
    lostClaims: claims,
    budgets: [],
    actions: accepted(offers(address), { records: new Map(), nowMs: facts.nowMs }),
    run: null,
    notes: [...notes],
  };
}

type Explanation = Pick<Why, 'waitsFor' | 'owner' | 'reconciler'>;

const EXPLANATIONS: Readonly<Record<Unreadable['status'], (message: string) => Explanation>> = {
  newer: (message) => ({
    waitsFor: `a host of the newer version that wrote its record, which this one leaves untouched: ${message}`,
    owner: { who: 'hosts of a newer version', isAlive: null, detail: 'presence names no versions' },
    reconciler: 'the deadlines in its record, which only those hosts can read',
  }),
  corrupt: (message) => ({
    waitsFor: `somebody to look at its record, which cannot be read and is left untouched: ${message}`,
    owner: { who: 'nobody', isAlive: null, detail: 'every event for it is refused' },
    reconciler: 'nothing: a record that cannot be read has no deadlines',
  }),
};

function offers(address: string) {
  const user = userAddress(address);
  const parsed = parseAddress(address);
  const item =
    parsed?.kind !== 'run' ? user : userAddress(itemAddress(parsed.project, parsed.subject));
  return [
    looking('doctor', 'checks versions and settings'),
    looking('ps workers', 'lists the hosts and workers that are alive'),
    looking(`watch ${user}`, 'shows what happens to it from now on'),
    ...(item === user ? [] : [looking(`why ${item}`, 'says where its item stands')]),
  ];
}
