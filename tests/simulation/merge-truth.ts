// What the rules on merge queues remember of a world: who was told what, and which red trials have held whom.
// It must never be asked by the code under test.
import type { Decided, MergeContext } from '../../machines/merge/context.ts';
import type { Known, Landing } from './landing.ts';
import type { MergeRemote } from './merge-remote.ts';

export interface MergeTruth {
  remote: MergeRemote;
  /** By the run's `<item>/<attempt>`. */
  decided: Map<string, Decided>;
  /** Red trials that held it since the base was last found to be red by itself, by `<item>/<attempt>`. */
  reds: Map<string, number>;
  /** The newest token that was ever given. */
  newestToken: number;
}

export function createMergeTruth(remote: MergeRemote): MergeTruth {
  return { remote, decided: new Map(), reds: new Map(), newestToken: 0 };
}

export function queueOf({ record }: Known): MergeContext {
  return record.context as unknown as MergeContext;
}

export function attemptOf({ item, attempt }: { item: string; attempt: number }): string {
  return `${item}/${attempt}`;
}

/** What was decided with this very record. */
export function decidedBy({ previous, next }: Landing): Decided[] {
  if (previous === null) return [];
  return queueOf(next).decided.filter(({ revision }) => revision === previous.revision);
}

/** Those that the trial held which has just ended red, or none. */
export function redWith({ previous, next }: Landing): string[] {
  const trial = previous === null ? null : queueOf(previous).trial;
  const last = queueOf(next).ended.at(-1);
  if (trial === null || last?.number !== trial.number || last.outcome !== 'red') return [];
  if (previous === null) return [];
  const { entries } = queueOf(previous);
  return (trial.candidate?.members ?? []).flatMap(({ item }) => {
    const entry = entries.find((one) => one.item === item);
    return entry === undefined ? [] : [attemptOf(entry)];
  });
}

export function rememberQueue(truth: MergeTruth, landing: Landing): void {
  for (const decided of decidedBy(landing)) truth.decided.set(attemptOf(decided), decided);
  for (const held of redWith(landing)) truth.reds.set(held, (truth.reds.get(held) ?? 0) + 1);
  const { freeze, holder } = queueOf(landing.next);
  const before = landing.previous === null ? null : queueOf(landing.previous).freeze;
  if (freeze?.cause === 'red-base' && before?.atMs !== freeze.atMs) truth.reds.clear();
  truth.newestToken = Math.max(truth.newestToken, holder?.token ?? 0);
}
