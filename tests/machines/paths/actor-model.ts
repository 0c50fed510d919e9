// The small description that random commands are held against: what any actor remembers and never forgets.
// It is written down by hand and must never be derived from a machine.
import type { Stored } from '../../../machines/record.ts';
import { stateName } from '../../../machines/record.ts';

/** As many event ids as a record promises to recognise. */
const REMEMBERED = 32;

export interface ActorModel {
  /** Ids of applied events with the revision each got, oldest first. */
  applied: { id: string; revision: number }[];
  mailboxSequence: number;
  isFinished: boolean;
}

/** What must hold for one kind of actor, between a record and the next one. */
export interface Laws {
  /** Where each state may lead to by one event, itself only if it is named. */
  leadsTo: Readonly<Record<string, readonly string[]>>;
  finals: readonly string[];
  /** Events that only actors of ours send. */
  oursAlone: readonly string[];
  /** Events that hosts send, and no publisher. */
  seenByHosts?: readonly string[];
  /** How many deadlines a state has; one where it is not named. */
  deadlineCounts?: Readonly<Record<string, number>>;
  /** True where it is opened with nothing, so that no data is the wrong data. */
  isOpenedWithNothing?: boolean;
  /** Numbers of a context that only ever rise. */
  rising(context: never): Readonly<Record<string, number>>;
  /** Parts of a context that, once they are there, stay as they are. */
  lasting(context: never): Readonly<Record<string, unknown>>;
}

export function emptyModel(opened: Stored): ActorModel {
  const { recent } = opened.record;
  if (recent.length === 0) throw new Error('an opened record remembers its opening');
  const applied = recent.map(({ id, revision }) => ({ id, revision: revision ?? opened.revision }));
  return { applied, mailboxSequence: 0, isFinished: false };
}

/** The ids that must still be recognised. */
export function remembered({ applied }: ActorModel): ActorModel['applied'] {
  return applied.slice(-REMEMBERED);
}

/** Every law that the step from one record to the next breaks, in words. */
export function brokenLaws(laws: Laws, before: Stored, after: Stored): string[] {
  const [from, to] = [stateName(before.record.state), stateName(after.record.state)];
  const [was, is] = [before.record.context as never, after.record.context as never];
  const broken: string[] = [];
  const must = (holds: boolean, what: string) => void (holds || broken.push(what));
  must(laws.leadsTo[from]?.includes(to) ?? false, `${from} leads to ${to}`);
  must(after.revision > before.revision, 'the revision does not rise');
  must(after.record.recent.length <= REMEMBERED, 'more ids than promised are kept');
  const deadlineCount = Object.keys(after.record.context.deadlines).length;
  const expected = laws.finals.includes(to) ? 0 : (laws.deadlineCounts?.[to] ?? 1);
  must(deadlineCount === expected, `${to} has ${deadlineCount} deadlines`);
  const rising = laws.rising(is);
  for (const [name, value] of Object.entries(laws.rising(was))) {
    must((rising[name] ?? 0) >= value, `${name} fell from ${value} to ${rising[name] ?? 0}`);
  }
  const lasting = laws.lasting(is);
  for (const [name, value] of Object.entries(laws.lasting(was))) {
    const isSame = JSON.stringify(lasting[name]) === JSON.stringify(value);
    must(value === null || isSame, `${name} was replaced`);
  }
  return broken;
}
