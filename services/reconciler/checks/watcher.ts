// Looks at the checks of one run or candidate, judges them, and does what follows: reports, re-runs, a verdict.
// It must never ask for a re-run that the record does not yet count: of all hosts that look, one may act.
import { createHash } from 'node:crypto';
import { oneLine } from '../../../machines/one-line.ts';
import type { ChecksRules, SeenChecks } from '../../../machines/outside.ts';
import type { Forge } from '../../../transport/forge/forge.ts';
import type { Clock } from '../../../transport/ports.ts';
import type { KnownChecks } from './check-view.ts';
import { digestOf, knownAs, rerunDigest } from './digest.ts';
import {
  type CheckJudgement,
  type CheckVerdict,
  judgeChecks,
  type RerunTarget,
} from './judgement.ts';
import { createRequiredChecks } from './required-checks.ts';

/** `repeat`: the record has this report already, from whoever looked at the same time. */
export type ReportOutcome = 'applied' | 'repeat' | 'refused';

export interface SeenReport extends SeenChecks {
  /** The same for all that look at the same record and see the same. */
  id: string;
  address: string;
  epoch: number;
}

export interface VerdictReport {
  id: string;
  address: string;
  epoch: number;
  sha: string;
  verdict: CheckVerdict;
  /** The revision of the run that holds what was judged. */
  evaluatedRevision: number;
}

/** How what was seen reaches the run, or the merge queue. */
export interface CheckReports {
  seen(report: SeenReport): Promise<ReportOutcome>;
  verdict(report: VerdictReport): Promise<ReportOutcome>;
}

/** A run of a stage `checks`, or the candidate of a merge queue, as its record has it. */
export interface WatchedRun {
  address: string;
  /** What ids of reports begin with; the address unless it is said. */
  about?: string;
  /** Of the run; of a merge queue, the number of the trial. */
  epoch: number;
  /** Of its record, as it is told here. */
  revision: number;
  headSha: string;
  baseBranch: string;
  /** When the commit was pushed, or, where nobody knows, when the run was opened. */
  pushedAtMs: number;
  rules: ChecksRules;
  /** What its record knows, of whichever commit. */
  seen: (KnownChecks & { sha: string }) | null;
}

export interface Look {
  outcome: 'waiting' | 'rerun' | 'verdict' | 'refused';
  /** When to look again, unless something wakes the run before; null: not of itself. */
  againInMs: number | null;
  /** For people. */
  reason: string;
  /** Re-runs that the forge did not take. */
  problems: unknown[];
}

export interface CheckWatcher {
  /** One look. Repeating it, here or on another host, is harmless. @throws as `Forge.checks` */
  look(run: WatchedRun): Promise<Look>;
}

export interface CheckWatcherOptions {
  forge: Pick<Forge, 'checks' | 'requiredChecks' | 'rerun'>;
  reports: CheckReports;
  clock: Pick<Clock, 'nowMs'>;
}

const LOOK_MS = 10_000;
const LOOK_CAP_MS = 120_000;
const LOOK_FLOOR_MS = 1_000;

interface Seen {
  run: WatchedRun;
  digest: string;
  /** What the record had of this commit; null when it had nothing. */
  before: KnownChecks | null;
}

/** Watches the checks of one project's forge. */
export function createCheckWatcher({ forge, reports, clock }: CheckWatcherOptions): CheckWatcher {
  const required = createRequiredChecks(forge, clock);

  const reportSeen = ({ run, digest, before }: Seen, summary: string) => {
    const { address, epoch, headSha: sha } = run;
    const id = seenId({ run, digest, before });
    const reruns = before?.reruns ?? 0;
    return reports.seen({ id, address, epoch, sha, digest, reruns, summary });
  };

  const claimRerun = ({ run, digest: found, before }: Seen, summary: string) => {
    const { address, epoch, headSha: sha } = run;
    const reruns = (before?.reruns ?? 0) + 1;
    const id = `${aboutOf(run)}:rerun:${short(sha)}:${reruns}`;
    const digest = rerunDigest(found, reruns);
    return reports.seen({ id, address, epoch, sha, digest, reruns, summary });
  };

  const rerun = async (seen: Seen, { targets, reason }: Judged<'rerun'>): Promise<Look> => {
    const outcome = await claimRerun(seen, oneLine(reason));
    if (outcome === 'refused') return refused(reason);
    // Somebody else has claimed this re-run, or we did before a crash: asking twice is worse than late.
    if (outcome === 'repeat') return waiting(reason, LOOK_MS);
    return { ...waiting(reason, LOOK_MS), outcome: 'rerun', problems: await ask(targets) };
  };

  const ask = async (targets: readonly RerunTarget[]): Promise<unknown[]> => {
    const problems: unknown[] = [];
    for (const target of targets) {
      await forge.rerun(target).catch((error: unknown) => problems.push(error));
    }
    return problems;
  };

  const decide = async (run: WatchedRun, { verdict }: Judged<'verdict'>): Promise<Look> => {
    const { address, epoch, headSha: sha } = run;
    const id = `${aboutOf(run)}:verdict:${short(sha)}`;
    const evaluatedRevision = run.revision;
    const outcome = await reports.verdict({
      ...{ id, address, epoch, sha, verdict, evaluatedRevision },
    });
    if (outcome === 'refused') return refused(verdict.summary);
    return { outcome: 'verdict', againInMs: null, reason: verdict.summary, problems: [] };
  };

  return {
    async look(run) {
      // Counted from before the question left: what the answer lacks may have appeared since.
      const nowMs = clock.nowMs();
      const before = run.seen?.sha === run.headSha ? run.seen : null;
      const isDeclared = run.rules.required.length > 0;
      const commit = await forge.checks(run.headSha);
      const facts = {
        ...{ commit, rules: run.rules, pushedAtMs: run.pushedAtMs, seen: before, nowMs },
        required: isDeclared ? null : await required(run.baseBranch),
      };
      const judgement = judgeChecks(facts);
      const seen = { run, digest: digestOf(commit), before };
      if (judgement.kind === 'rerun') return rerun(seen, judgement);
      if (knownAs(before, seen.digest) === 'new') {
        const summary = summaryOf(judgement);
        const outcome = await reportSeen(seen, summary);
        if (outcome === 'refused') return refused(summary);
        // A verdict is given on what is on record, and read once more for it.
        if (judgement.kind === 'verdict') return waiting(summary, LOOK_FLOOR_MS);
      }
      if (judgement.kind === 'verdict') return decide(run, judgement);
      return waiting(judgement.reason, againInMs(seen, judgement.againAtMs, nowMs));
    },
  };
}

type Judged<Kind extends CheckJudgement['kind']> = Extract<CheckJudgement, { kind: Kind }>;

/**
 * After 10 s, 20 s, 40 s … at most two minutes while nothing changes: as long again as it has been quiet, so
 * that no host has to remember anything.
 */
function againInMs({ before, digest }: Seen, againAtMs: number, nowMs: number): number {
  const changedAtMs = knownAs(before, digest) === 'new' ? nowMs : (before?.changedAtMs ?? nowMs);
  const quietMs = nowMs - changedAtMs;
  const backoffMs = Math.min(Math.max(quietMs, 0) + LOOK_MS, LOOK_CAP_MS);
  return Math.max(Math.min(backoffMs, againAtMs - nowMs), LOOK_FLOOR_MS);
}

// The record that was looked at is part of it: the same state may come back, and is news again then.
function seenId({ run, digest, before }: Seen): string {
  const parts = [run.headSha, digest, before?.digest ?? '', before?.changedAtMs ?? 0];
  const hash = createHash('sha256').update(JSON.stringify(parts)).digest('hex');
  return `${aboutOf(run)}:seen:${hash.slice(0, 16)}`;
}

function aboutOf({ about, address }: WatchedRun): string {
  return about ?? address;
}

// An id has 256 characters, of which an address may take more than 200.
function short(sha: string): string {
  return sha.slice(0, 12);
}

function summaryOf(judgement: CheckJudgement): string {
  return oneLine(judgement.kind === 'verdict' ? judgement.verdict.summary : judgement.reason);
}

function waiting(reason: string, afterMs: number): Look {
  return { outcome: 'waiting', againInMs: afterMs, reason, problems: [] };
}

// The record has moved on. Whether anything is left to look at, it says itself.
function refused(reason: string): Look {
  return { outcome: 'refused', againInMs: LOOK_MS, reason, problems: [] };
}
