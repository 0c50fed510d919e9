// Looks after the state directory of a worker, again and again: removes what a landing proof allows, keeps the
// rest and says why, and watches the disk budget. It must never hold up the worker, nor end it.
import { createHash } from 'node:crypto';
import { withTimeLimit } from '../workers/time-limit.ts';
import { createDiskBudget, createDiskLedger, type DiskBudget } from './disk-ledger.ts';
import { type JanitorSettings, type SweepOptions, sweepWorkspaces } from './workspace-sweep.ts';

export interface JanitorOptions extends SweepOptions {
  settings: JanitorSettings;
}

export interface Janitor {
  budget: Pick<DiskBudget, 'refusal'>;
  apply(settings: JanitorSettings): void;
  /** Begins nothing more; what is being removed is gone from its place already. */
  stop(): Promise<void>;
}

/** The first sweep comes soon: what a crash has left, and what is used, should be known. */
const FIRST_SWEEP_MS = 30_000;
/** What git is asked under way is waited for: it would outlive the worker. */
const STOP_LIMIT_MS = 20_000;

export function startJanitor(options: JanitorOptions): Janitor {
  const { clock, log, identity } = options;
  const budget = createDiskBudget();
  const memory = { ledger: createDiskLedger(), budget, kept: new Map(), cursors: new Map() };
  const state = { ...memory, busy: new Set<string>() };
  const stopping = new AbortController();
  let { settings } = options;
  let sweeps = 0;
  let sweeping: Promise<void> | null = null;
  let cancelTimer = () => {};

  const sweep = async (): Promise<void> => {
    await sweepWorkspaces(state, { ...options, settings, signal: stopping.signal }).catch(
      (err: unknown) => log.warn({ err }, 'the janitor could not finish a sweep'),
    );
    sweeps += 1;
    sweeping = null;
    if (!stopping.signal.aborted) arm(settings.janitorMs);
  };
  const arm = (periodMs: number) => {
    const delayMs = spread(`${identity} ${sweeps}`, periodMs);
    cancelTimer = clock.after(delayMs, () => {
      sweeping = sweep();
    });
  };
  arm(Math.min(settings.janitorMs, FIRST_SWEEP_MS));

  return {
    budget,
    apply(next) {
      settings = next;
      // A sweep under way goes on by the new settings afterwards.
      if (sweeping !== null || stopping.signal.aborted) return;
      cancelTimer();
      arm(Math.min(settings.janitorMs, FIRST_SWEEP_MS));
    },
    async stop() {
      stopping.abort();
      cancelTimer();
      const limit = { clock, limitMs: STOP_LIMIT_MS, subject: 'stopping the janitor' };
      await withTimeLimit(limit, async () => sweeping).catch((err: unknown) =>
        log.warn({ err }, 'ending while a folder is being removed; the rest of it goes later'),
      );
    },
  };
}

/** Three quarters to five quarters of the period: many workers that start at once do not sweep at once. */
function spread(seed: string, periodMs: number): number {
  const share = createHash('sha256').update(seed).digest().readUInt16BE(0) / 65_535;
  return Math.round(periodMs * (0.75 + share / 2));
}
