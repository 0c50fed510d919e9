// What hosts tell a merge queue: what the forge says of items and candidates, and where the
// base is. It may see the past, and must never leave a queue without a word that it waits for.
import { mergeContextOf } from '../../machines/typed-context.ts';
import { createPrng } from '../support/prng.ts';
import type { Known } from './landing.ts';
import type { Ledger } from './ledger.ts';
import type { Life } from './life.ts';
import type { MergeRemote } from './merge-remote.ts';
import type { Server } from './server.ts';
import type { World } from './world.ts';

const MAX_LOOK_MS = 2_500;
const ASK_LIMIT_MS = 10_000;

export interface MergeWatcherOptions {
  life: Life;
  server: Server;
  ledger: Ledger;
  remote: MergeRemote;
}

export function startMergeWatcher(world: World, options: MergeWatcherOptions): void {
  const { life, server, ledger, remote } = options;
  const { scheduler } = world;
  const prng = createPrng(world.seed ^ 0x3a7c);
  const asker = server.asks.askerFor(life);
  const tell = (address: string, type: string, data: Record<string, unknown>): Promise<unknown> =>
    asker.ask({ address, type, data }, { timeoutMs: ASK_LIMIT_MS }).catch(() => {});
  const soon = (act: () => void) => void scheduler.after(prng.fraction() * MAX_LOOK_MS, act);
  const contextAt = (address: string) => {
    const known = ledger.truth.records.get(address);
    return known === undefined ? null : mergeContextOf(known.record);
  };

  const watchAdmission = (address: string, item: string, headSha: string): void =>
    soon(() => {
      const entry = contextAt(address)?.entries.find((one) => one.item === item);
      if (entry?.headSha !== headSha || entry.isAdmitted) return;
      const outcome = prng.pick(['admitted', 'admitted', 'admitted', 'waiting', 'refused']);
      const told = { item, headSha, outcome, reason: outcome === 'admitted' ? '' : 'it says so' };
      void tell(address, 'admission', told).then(() => watchAdmission(address, item, headSha));
    });

  /** Two hosts look; what was read is told later, and somebody else may have been faster. */
  const watchChecks = (address: string, number: number, sha: string): void =>
    soon(() => {
      const trial = contextAt(address)?.trial;
      if (trial?.number !== number || trial.candidate?.sha !== sha || trial.checks !== 'pending') {
        return;
      }
      const isNews = prng.isLucky(0.4);
      const kind = isNews ? null : remote.test(sha, 'checks');
      const told = isNews
        ? tell(address, 'checks-seen', { trial: number, sha, digest: `d${prng.integer(1, 3)}` })
        : tell(address, 'checks-judged', { trial: number, sha, kind, cause: 'checks' });
      void told.then(() => watchChecks(address, number, sha));
    });

  const watchBase = (address: string): void =>
    soon(() => {
      const freeze = contextAt(address)?.freeze;
      if (freeze?.cause !== 'red-base') return;
      const sha = remote.baseSha();
      void tell(address, 'base-seen', { sha }).then(() => watchBase(address));
    });

  ledger.onRecord((known: Known) => {
    if (known.record.machine !== 'merge') return;
    const { address, record, state } = known;
    const { entries, trial, freeze } = mergeContextOf(record);
    const { type, data } = record.event;
    if (type === 'enqueue') {
      const entry = entries.find(({ item }) => item === data?.['item']);
      if (entry !== undefined && !entry.isAdmitted)
        watchAdmission(address, entry.item, entry.headSha);
    }
    if (state === 'frozen' && freeze?.cause === 'red-base') watchBase(address);
    const isNew = type === 'prepared' && state === 'validating';
    if (isNew && trial?.candidate != null && trial.checks === 'pending') {
      watchChecks(address, trial.number, trial.candidate.sha);
      watchChecks(address, trial.number, trial.candidate.sha);
    }
  });
}
