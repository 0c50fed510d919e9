// A merge queue as people look at it: the train, the trial, who holds the lease, and what holds it up. Plain data,
// printed as JSON by the command line and drawn by the page. Types only; fields may be added, none change their meaning.
import type { Holder } from '../../machines/lease-holder.ts';
import type { EndedTrial, Freeze, Trial } from '../../machines/merge/context.ts';

/**
 * `merging`: on its way to the base. `testing`: in the trial under way. `next`: in the trial that follows, if that
 * one lands. `suspect`: one of those among whom the cause of a red trial is looked for. `alone`: tried by itself.
 * `waiting`: anything else.
 */
export type TrainPlace = 'merging' | 'testing' | 'next' | 'suspect' | 'alone' | 'waiting';

/** One item of the train. */
export interface TrainEntry {
  /** 1 for who is tried first. */
  position: number;
  /** `shop/7` */
  item: string;
  /** `shop/7/land/1`: what hears what became of it. */
  run: string;
  title: string;
  headSha: string;
  place: TrainPlace;
  /** Whether it is in the next trial, as far as can be told now. */
  isNext: boolean;
  isAdmitted: boolean;
  /** One phrase that follows "waits for". Never empty. */
  waitsFor: string;
  priority: number;
  /** How often it was sent back before. */
  retries: number;
  /** Red trials that held it. */
  reds: number;
  /** Whether an operator has put it where it is. */
  isMoved: boolean;
  enqueuedAtMs: number;
}

export interface TrialView extends Pick<Trial, 'number' | 'kind' | 'startedAtMs' | 'seen'> {
  /** What is being done with it, in words. */
  step: string;
  /** As people type them. */
  members: string[];
  baseSha: string | null;
  candidateSha: string | null;
  gates: Trial['gates'] | 'none';
  checks: Trial['checks'];
  /** How often it was begun again: the base moved, the holder was lost, something around it failed. */
  baseMoves: number;
  reclaims: number;
  faults: number;
}

/** Why nothing is tried, or soon will not be. */
export interface QueueHold {
  kind: 'frozen' | 'paused' | 'backing-off';
  /** `operator`, `red-base`, `base-rewritten`; of the others their kind. */
  cause: Freeze['cause'] | 'fruitless' | 'infrastructure';
  by: string;
  reason: string;
  sinceMs: number | null;
  /** When it ends by itself; null when somebody must end it. */
  untilMs: number | null;
  /** What ends it, in words. */
  release: string;
}

export interface HuntView {
  /** As people type them, in the order they were merged in. */
  suspects: string[];
  trialsLeft: number;
  needsControl: boolean;
  words: string;
}

/** What became of an item that has left. */
export interface DecidedView {
  item: string;
  run: string;
  headSha: string;
  outcome: 'landed' | 'sent-back';
  cause: string;
  summary: string;
  sha: string | null;
  atMs: number;
}

export interface QueueView {
  /** `merge.shop.main` */
  address: string;
  project: string;
  /** As git knows it. */
  branch: string;
  state: string;
  sinceMs: number;
  revision: number;
  /** One phrase that follows "waits for". */
  waitsFor: string;
  hold: QueueHold | null;
  trial: TrialView | null;
  /** Who holds the lease, by which token. */
  holder: Holder | null;
  /** When the lease ends unless its holder gets something done. */
  leaseUntilMs: number | null;
  hunt: HuntView | null;
  train: TrainEntry[];
  /** Trials of the last hour without a landing, and how many of them open the breaker. */
  breaker: { fruitless: number; limit: number };
  /** How trials are made; null before the first item came. */
  rules: {
    stage: string;
    method: string;
    batchSize: number;
    /** How many are tried together now, at most. */
    window: number;
    admission: string;
    redTrials: number;
  } | null;
  /** Newest first. */
  ended: (Omit<EndedTrial, 'members'> & { members: string[] })[];
  /** Newest first. */
  decided: DecidedView[];
}
