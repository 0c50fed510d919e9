// What this host tells the audit: one entry for each event it decided, refused at the door or was alarmed by.
// It must never hold anything back: an entry that is not stored yet is still on its way.
import type { ActorEvent, RefusalReason } from '../../machines/event.ts';
import type { Clock, Reply } from '../../transport/ports.ts';
import type { Audit } from './audit.ts';
import type { AuditEntry } from './audit-entry.ts';
import type { Outcome } from './delivery.ts';
import type { Log } from './log.ts';
import type { Observer } from './observer.ts';

export interface Journal {
  record(outcome: Outcome): void;
  /** Records a refusal that no actor has seen; resolves once it is stored. */
  refuse(event: ActorEvent, reason: RefusalReason, message: string): Promise<Reply>;
  /** Something an operator must know: log and audit. */
  alarm(about: { address: string; id: string }, reason: string, message: string): Promise<void>;
}

export interface JournalOptions {
  audit: Audit;
  clock: Clock;
  identity: string;
  partitionFor: (address: string) => number;
  observer: Observer;
  log: Log;
}

export function createJournal(options: JournalOptions): Journal {
  const { audit, clock, identity, partitionFor, observer, log } = options;

  const append = (outcome: Outcome): Promise<void> => {
    const entry = entryOf(outcome, identity);
    observer.observe(entry, outcome);
    return audit.append(partitionFor(entry.address), entry);
  };

  return {
    record: (outcome) => void append(outcome),
    async refuse(event, reason, message) {
      const reply = { outcome: 'refused', reason, message, state: null } as const;
      await append({ event, reply, from: null, claimant: null, before: null, after: null });
      return reply;
    },
    alarm({ address, id }, reason, message) {
      log.warn({ address, reason }, message);
      const entry: AuditEntry = {
        ...{ atMs: clock.nowMs(), address, id, type: 'alarm', door: 'tell', outcome: 'alarm' },
        ...{ from: null, to: null, revision: null, claimant: null, reason, message, by: identity },
      };
      observer.observe(entry, { before: null, after: null });
      return audit.append(partitionFor(address), entry);
    },
  };
}

function entryOf({ event, reply, from, claimant }: Outcome, by: string): AuditEntry {
  const { atMs, address, id, type, door } = event;
  const about = { atMs, address, id, type, door, from, to: reply.state, claimant, by };
  if (reply.outcome === 'refused') {
    const { reason, message } = reply;
    return { ...about, outcome: 'refused', revision: null, reason, message };
  }
  const outcome = reply.isRepeat ? 'repeated' : 'applied';
  return { ...about, outcome, revision: reply.revision, reason: null, message: '' };
}
