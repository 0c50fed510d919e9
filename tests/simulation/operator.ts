// A person with the command line: decides approvals, releases what is parked, pauses, resumes and cancels.
// It must never leave an approval undecided; everything else it may leave as it is.

import { isItem, isRun, itemOf, type Known } from './landing.ts';
import type { Ledger } from './ledger.ts';
import type { Life } from './life.ts';
import type { Server } from './server.ts';
import { PROJECT, type Shape } from './shape.ts';
import type { World } from './world.ts';

const MAX_THINKING_MS = 4_000;
const ASK_AGAIN_MS = 5_000;
const ASK_LIMIT_MS = 10_000;
const MAX_RETRIES = 1;

/** Events that bring an item into the state it is in, rather than find it there. */
const ARRIVALS = ['open', 'advance', 'retry', 'resume', 'run-cancelled', 'pause'];

export interface OperatorOptions {
  life: Life;
  server: Server;
  shape: Shape;
  ledger: Ledger;
}

export function startOperator(world: World, options: OperatorOptions): void {
  const { prng, scheduler } = world;
  const { life, server, shape, ledger } = options;
  const asker = server.asks.askerFor(life);
  const retries = new Map<string, number>();

  const ask = async (address: string, type: string): Promise<void> => {
    const data = type === 'reject' ? { by: 'op', reason: 'no' } : { by: 'op' };
    await asker.ask({ address, type, data }, { timeoutMs: ASK_LIMIT_MS }).catch(() => {});
  };
  const soon = (act: () => void) => void scheduler.after(prng.fraction() * MAX_THINKING_MS, act);

  /** Until it has moved on: an answer that was lost may have been no answer. */
  const insist = (known: Known, type: string): void => {
    const isStill = () => truthOf(known)?.state === known.state;
    const isSame = () => isStill() && currentOf(truthOf(known)) === currentOf(known);
    const again = () => {
      if (!isSame()) return;
      void ask(known.address, type).then(() => void scheduler.after(ASK_AGAIN_MS, again));
    };
    soon(again);
  };
  const truthOf = ({ address }: Known) => ledger.truth.records.get(address);

  const release = (known: Known): void => {
    const { parking } = itemOf(known);
    if (parking === null) return;
    if (parking.release === 'resume') {
      insist(known, 'resume');
      return;
    }
    const tries = retries.get(known.address) ?? 0;
    if (tries >= MAX_RETRIES || prng.isLucky(0.5)) return;
    retries.set(known.address, tries + 1);
    insist(known, 'retry');
  };

  ledger.onRecord((known) => {
    if (isRun(known)) {
      if (known.state === 'running.overCap' && prng.isLucky(0.2))
        soon(() => void ask(known.address, 'allow'));
      return;
    }
    if (!isItem(known)) {
      // Midnight is too far away; what a provider refuses passes by itself.
      if (known.record.event.type === 'draw' && known.state === 'suspended')
        insist(known, 'resume');
      return;
    }
    const isNew = ARRIVALS.includes(known.record.event.type);
    if (known.state === 'awaitingApproval' && isNew) {
      insist(known, prng.isLucky(0.75) ? 'approve' : 'reject');
    }
    if (known.state === 'parked' && isNew) release(known);
  });

  for (const item of shape.items) {
    const address = `item.${PROJECT}.${item}`;
    const at = prng.fraction() * shape.troubledMs;
    if (prng.isLucky(0.12)) scheduler.after(at, () => void ask(address, 'cancel'));
    else if (prng.isLucky(0.08)) scheduler.after(at, () => void ask(address, 'pause'));
  }
}

function currentOf(known: Known | undefined): string {
  return known === undefined || !isItem(known) ? '' : JSON.stringify(itemOf(known).current);
}
