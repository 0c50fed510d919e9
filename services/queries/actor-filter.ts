// The one filter by which actors are chosen: for `ps`, for decisions about many items, for whoever lists them.
// What it says of a row must be the same wherever it is asked, at a glance or of the whole record.
import type { ActorKind } from '../../machines/address.ts';
import { isToken } from '../../machines/identifier.ts';
import { OncewardError } from '../../transport/errors.ts';
import { shown } from '../config/issue-findings.ts';
import { assertState, isWithinState, stateNames } from './state-names.ts';

export type ListedKind = Extract<ActorKind, 'item' | 'run'>;

/** What is left out lets everything through. */
export interface ActorFilter {
  project?: string | undefined;
  item?: string | undefined;
  /** Of a run its own; of an item that where it stands, or would go on. */
  stage?: string | undefined;
  /** `active` covers `active.working`, too. */
  state?: string | undefined;
  /** Changed no longer ago than this, in milliseconds. */
  changedWithinMs?: number | undefined;
  /** In its state for at least so long, in milliseconds. */
  olderThanMs?: number | undefined;
  /** Worker or claimant: of a run its own, of an item that of its current run. `worker-vm-*` covers all that begin so. */
  claimant?: string | undefined;
  /** Somewhere in the address, or in the title of an item, whatever the case. */
  text?: string | undefined;
  /** Finished ones that have been put away, too. Defaults to false. */
  isArchiveIncluded?: boolean | undefined;
}

/** @throws USAGE for a name that cannot be one, and a state that actors of none of these kinds have */
export function assertFilter(kinds: readonly ListedKind[], filter: ActorFilter): void {
  const { state } = filter;
  for (const name of ['project', 'item', 'stage'] as const) {
    const token = filter[name];
    // An empty name is often a variable that was never set: everything is not what was meant.
    if (token === undefined || isToken(token)) continue;
    throw new OncewardError('USAGE', `${shown(token)} is no name of a ${name}`);
  }
  if (filter.claimant === '') throw new OncewardError('USAGE', 'the claimant is empty');
  const isKnown = kinds.some((kind) => stateNames(kind).includes(state ?? ''));
  if (state !== undefined && !isKnown) assertState(kinds[0] ?? 'item', state);
}

/** True when it would let everything through that is not archived. */
export function isEmptyFilter(filter: ActorFilter): boolean {
  return Object.values(filter).every((value) => value === undefined || value === false);
}

/** The keys worth reading in the bucket of the kind, as a filter of subjects. */
export function keyFilter(kind: ListedKind, { project, item, stage }: ActorFilter): string {
  const tokens = kind === 'run' ? [project, item, stage, undefined] : [project, item];
  const last = tokens.findLastIndex((token) => token !== undefined);
  if (last === tokens.length - 1) return tokens.map((token) => token ?? '*').join('.');
  return [...tokens.slice(0, last + 1).map((token) => token ?? '*'), '>'].join('.');
}

/** What can be asked of an actor without parsing its record. */
export interface Outline {
  /** As people type it. */
  address: string;
  state: string;
  /** Null when the record cannot be read. */
  sinceMs: number | null;
  changedAtMs: number;
}

/** False when it is left out for sure; `nowMs` is server time. Titles, stages and holders are asked later. */
export function mayPass(
  kind: ListedKind,
  filter: ActorFilter,
): (outline: Outline, nowMs: number) => boolean {
  const { state, changedWithinMs, olderThanMs } = filter;
  // An item may have the text in its title.
  const hasText = kind === 'run' ? textFilter(filter.text) : () => true;
  return (outline, nowMs) => {
    if (state !== undefined && !isWithinState(outline.state, state)) return false;
    if (changedWithinMs !== undefined && outline.changedAtMs < nowMs - changedWithinMs) {
      return false;
    }
    if (olderThanMs !== undefined && !isOlder(outline.sinceMs, nowMs - olderThanMs)) return false;
    return hasText(outline.address);
  };
}

/** What the record of an item says beyond its outline. */
export interface Particulars {
  address: string;
  title: string;
  stage: string | null;
}

/** The rest of the filter for items, but for the holder: that stands in the record of the run. */
export function hasPassed(filter: ActorFilter): (particulars: Particulars) => boolean {
  const hasText = textFilter(filter.text);
  return ({ address, title, stage }) => {
    if (filter.stage !== undefined && stage !== filter.stage) return false;
    return hasText(address, title);
  };
}

export function isHeldBy(holder: string | null, { claimant }: ActorFilter): boolean {
  if (claimant === undefined) return true;
  if (holder === null) return false;
  return claimant.endsWith('*') ? holder.startsWith(claimant.slice(0, -1)) : holder === claimant;
}

/** One pattern for all: to write each in small letters first takes three times as long. */
export function textFilter(text: string | undefined): (...texts: string[]) => boolean {
  if (text === undefined || text === '') return () => true;
  const pattern = new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), 'i');
  return (...texts) => texts.some((one) => pattern.test(one));
}

function isOlder(sinceMs: number | null, thanMs: number): boolean {
  return sinceMs !== null && sinceMs <= thanMs;
}
