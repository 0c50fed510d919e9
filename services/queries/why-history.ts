// What the audit knows of one actor: its newest refusal with the ways that were closed, and every claim.
// It must never take the audit for the truth: entries may be late, and old ones are gone.
import type { ActorEvent, Door } from '../../machines/event.ts';
import { explainEvent } from '../../machines/explanation.ts';
import { type Stored, stateName } from '../../machines/record.ts';
import { runContextOf } from '../../machines/typed-context.ts';
import { type AuditLine, isLostClaim } from './audit-entries.ts';
import type { ActorFacts } from './why-facts.ts';
import type { Candidate, ClaimLine, Why } from './why-view.ts';

const MAX_LOST_CLAIMS = 16;

/** The entries of this very actor, oldest first. */
function entriesOf({ audit, address }: Pick<ActorFacts, 'audit' | 'address'>): AuditLine[] {
  return audit.filter((entry) => entry.address === address);
}

export function lastRefusedOf(facts: ActorFacts): Why['lastRefused'] {
  return lastRefusalIn(entriesOf(facts), (refused) => candidatesFor(facts.stored, refused));
}

/** @param candidatesOf asked only for a refusal that nothing has been applied after */
export function lastRefusalIn(
  entries: readonly AuditLine[],
  candidatesOf: (refused: AuditLine) => Candidate[],
): Why['lastRefused'] {
  const at = entries.findLastIndex((entry) => entry.outcome === 'refused' && !isToldAgain(entry));
  const refused = entries[at];
  if (refused === undefined) return null;
  const isOfNow = !entries.slice(at).some(({ outcome }) => outcome === 'applied');
  return { ...refused, candidates: isOfNow ? candidatesOf(refused) : [] };
}

/** A host that takes over tells what may not have been told yet. That the other knows already helps nobody. */
function isToldAgain({ type, door, reason }: AuditLine): boolean {
  return type === 'open' && door === 'tell' && reason === 'not-now';
}

/** Every claim, won or lost, oldest first. */
export function claimsOf(entries: readonly AuditLine[]): ClaimLine[] {
  let foundRevision: number | null = null;
  const claims: ClaimLine[] = [];
  for (const entry of entries) {
    if (entry.type === 'claim' && hasBeenJudged(entry)) claims.push({ ...entry, foundRevision });
    if (entry.outcome === 'applied') foundRevision = entry.revision ?? foundRevision;
  }
  return claims;
}

/** Newest last. */
export function lostClaimsOf(facts: ActorFacts): ClaimLine[] {
  return claimsOf(entriesOf(facts))
    .filter(({ outcome }) => outcome === 'refused')
    .slice(-MAX_LOST_CLAIMS);
}

/** Fencing token: the revision of the claim that was won; null when the audit does not reach back to it. */
export function fenceOf(facts: ActorFacts): number | null {
  const { record, revision } = facts.stored;
  if (record.event.type === 'claim') return revision;
  const won = entriesOf(facts).findLast(
    ({ type, outcome }) => type === 'claim' && outcome === 'applied',
  );
  return won?.revision ?? null;
}

function hasBeenJudged(entry: AuditLine): boolean {
  return entry.outcome === 'applied' || isLostClaim(entry);
}

/**
 * The audit keeps no data of an event, so the guards are asked with what must have stood in it. What never
 * reached a guard, such as an event of another epoch, has none.
 */
function candidatesFor(stored: Stored, refused: AuditLine): Candidate[] {
  const isOfThisState = refused.from === stateName(stored.record.state);
  if (!isOfThisState || (refused.reason !== 'not-now' && refused.reason !== 'revision')) return [];
  const event: ActorEvent = {
    address: refused.address,
    type: refused.type,
    id: `${refused.id}:explained`,
    atMs: refused.atMs,
    door: doorOf(refused.door),
    data: dataOf(stored, refused),
  };
  return explainEvent(stored, event).candidates;
}

function dataOf({ record, revision }: Stored, refused: AuditLine): Record<string, unknown> {
  if (record.machine !== 'run') return {};
  const { epoch } = runContextOf(record);
  if (refused.type !== 'claim') return { epoch, worker: refused.claimant ?? 'unknown' };
  // Any revision but its own: that it was another one is why the claim was refused.
  const evaluatedRevision = refused.reason === 'revision' ? revision + 1 : revision;
  const verdict = { kind: 'pass', cause: 'unknown' };
  return { epoch, claimant: refused.claimant ?? 'unknown', verdict, evaluatedRevision };
}

function doorOf(door: string): Door {
  return door === 'tell' || door === 'mailbox' || door === 'deadline' ? door : 'ask';
}
