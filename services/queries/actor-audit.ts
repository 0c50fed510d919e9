// What the audit knows of one actor, or of an item with all its runs, up to the moment it is asked.
// It must never take silence for peace: what could not be read is said.
import { parseAddress } from '../../machines/address.ts';
import { type AuditLine, parseAuditMessage } from './audit-entries.ts';
import { type RangeSource, readRange } from './audit-range.ts';
import type { Session } from './session.ts';

/** Entries are stored some milliseconds after the time that stands in them, which another clock has told. */
const STORED_BEFORE_MS = 10_000;

export type AuditSource = RangeSource & Pick<Session, 'partitionOf'>;

export interface AuditReading {
  /** Oldest first. */
  lines: AuditLine[];
  /** What was left out, in words. */
  notes: string[];
}

/**
 * All entries of one actor; those of an item take in all its runs.
 * @param about the address as in the subjects, and from when on: server time, epoch milliseconds
 * @throws BROKER_UNAVAILABLE, OUTCOME_UNKNOWN
 */
export async function readAudit(
  session: AuditSource,
  about: { address: string; sinceMs: number },
): Promise<AuditReading> {
  const { name, isMeant } = subjectOf(about.address);
  const { found, notes } = await readRange(session, {
    name: `${about.address} since ${about.sinceMs}`,
    partition: session.partitionOf(about.address),
    sinceMs: about.sinceMs - STORED_BEFORE_MS,
    // Most messages speak of others: looking for the name is cheaper than reading them.
    pick: (body) => (body.includes(name) ? parseAuditMessage(body).filter(isMeant) : []),
  });
  return { lines: found, notes: notes.map((note) => `audit: ${note}`) };
}

function subjectOf(address: string): { name: string; isMeant: (line: AuditLine) => boolean } {
  const parsed = parseAddress(address);
  const isItself = (line: AuditLine) => line.address === address;
  if (parsed?.kind !== 'item') return { name: address, isMeant: isItself };
  const runs = `run.${parsed.key}.`;
  const isMeant = (line: AuditLine) => isItself(line) || line.address.startsWith(runs);
  return { name: `.${parsed.key}`, isMeant };
}
