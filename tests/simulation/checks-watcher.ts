// Two hosts that watch the checks of runs, each without knowing of the other: they report news and claim with a
// verdict, on what they read a moment ago. It must never leave a run of checks without a verdict.
import { createPrng } from '../support/prng.ts';
import { isRun, type Known, runOf } from './landing.ts';
import type { Ledger } from './ledger.ts';
import type { Life } from './life.ts';
import type { Server } from './server.ts';
import type { World } from './world.ts';

const MAX_LOOK_MS = 2_500;
const ASK_LIMIT_MS = 10_000;
const VERDICTS = ['pass', 'pass', 'pass', 'product_fail', 'infra_error', 'unobserved'] as const;
const SHA = 'c'.repeat(40);

export interface ChecksWatcherOptions {
  life: Life;
  server: Server;
  ledger: Ledger;
}

export function startChecksWatcher(world: World, { life, server, ledger }: ChecksWatcherOptions) {
  const { scheduler } = world;
  // Drawn apart: worlds without checks are what they were.
  const prng = createPrng(world.seed ^ 0xc4ec5);
  const asker = server.asks.askerFor(life);
  const truthOf = ({ address }: Known) => ledger.truth.records.get(address);

  const tell = async (read: Known): Promise<void> => {
    const { epoch, headSha } = runOf(read);
    const { address, revision } = read;
    const isNews = prng.isLucky(0.5);
    const seen = { epoch, sha: headSha ?? SHA, digest: `d${prng.integer(1, 3)}` };
    const verdict = { kind: prng.pick([...VERDICTS]), cause: 'checks', headSha };
    const claim = { epoch, claimant: 'checks', verdict, evaluatedRevision: revision };
    const request = isNews
      ? { address, type: 'checks-seen', data: seen }
      : { address, type: 'claim', data: claim };
    await asker.ask(request, { timeoutMs: ASK_LIMIT_MS }).catch(() => {});
  };

  /** What was read is told later: somebody else may have been faster. */
  const look = (run: Known): void => {
    scheduler.after(prng.fraction() * MAX_LOOK_MS, () => {
      const read = truthOf(run);
      if (read?.state !== 'running.queued') return;
      scheduler.after(prng.fraction() * MAX_LOOK_MS, () => void tell(read).then(() => look(run)));
    });
  };

  ledger.onRecord((known) => {
    if (!isRun(known) || runOf(known).stage.kind !== 'checks') return;
    if (known.record.event.type !== 'open') return;
    look(known);
    look(known);
  });
}
