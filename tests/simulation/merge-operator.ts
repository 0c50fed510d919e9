// People around a merge queue: who resumes it, who meddles with it, and who moves its base in between.
// It must never leave a red base red for ever; a queue that stands still it may leave as it is.
import { mergeAddress } from '../../machines/address.ts';
import { mergeContextOf } from '../../machines/typed-context.ts';
import { createPrng } from '../support/prng.ts';
import type { Known } from './landing.ts';
import type { Ledger } from './ledger.ts';
import type { Life } from './life.ts';
import type { MergeRemote } from './merge-remote.ts';
import type { MergeShape } from './merge-shape.ts';
import type { Server } from './server.ts';
import { PROJECT, type Shape } from './shape.ts';
import type { World } from './world.ts';

const MAX_THINKING_MS = 4_000;
const ASK_AGAIN_MS = 5_000;
const ASK_LIMIT_MS = 10_000;
/** Beyond the time of the faults, so that some of it meets trials in peace. */
const MEDDLING_MS = 40_000;
const MEDDLINGS = 6;

export interface MergeOperatorOptions {
  life: Life;
  server: Server;
  shape: Shape;
  merge: MergeShape;
  ledger: Ledger;
  remote: MergeRemote;
}

export function startMergeOperator(world: World, options: MergeOperatorOptions): void {
  const { life, server, shape, merge, ledger, remote } = options;
  const { scheduler } = world;
  const prng = createPrng(world.seed ^ 0x0b0e);
  const asker = server.asks.askerFor(life);
  const address = mergeAddress(PROJECT, 'main');
  const ask = (type: string, data: Record<string, unknown> = {}): Promise<unknown> =>
    asker
      .ask({ address, type, data: { by: 'op', ...data } }, { timeoutMs: ASK_LIMIT_MS })
      .catch(() => {});
  const within = (ms: number, act: () => void) => void scheduler.after(prng.fraction() * ms, act);

  /** Until it has moved on: an answer that was lost may have been no answer. */
  const insistOnResume = ({ revision }: Known): void => {
    const again = () => {
      if (ledger.truth.records.get(address)?.revision !== revision) return;
      void ask('resume').then(() => void scheduler.after(ASK_AGAIN_MS, again));
    };
    within(MAX_THINKING_MS, again);
  };

  ledger.onRecord((known) => {
    if (known.address !== address) return;
    const isStill = known.state === 'frozen' || known.state === 'paused';
    if (!isStill) return;
    const isRedBase = mergeContextOf(known.record).freeze?.cause === 'red-base';
    if (isRedBase && known.record.event.type !== 'reminder') {
      within(MAX_THINKING_MS, () => remote.moveBase(true));
    }
    if (!merge.isLeftAlone) insistOnResume(known);
  });

  for (let at = 0; at < merge.strangers; at += 1) {
    within(MEDDLING_MS, () => remote.moveBase(false));
  }
  if (!merge.isMeddled) return;
  for (let at = 0; at < MEDDLINGS; at += 1) {
    const item = prng.pick(shape.items);
    const acts = [
      () => ask('freeze', { reason: 'a release' }),
      () => ask('move', { item, to: prng.pick(['first', 'last']) }),
      () => ask('eject', { item, reason: 'not now' }),
      () => ask('resume'),
    ];
    const act = prng.pick(acts);
    within(MEDDLING_MS, () => void act());
  }
}
