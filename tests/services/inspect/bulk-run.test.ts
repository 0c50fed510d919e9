// Sending one decision to many items: how many at once, when it ends, and what is told meanwhile.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { BulkRow } from '../../../services/inspect/bulk/bulk-row.ts';
import { runBulk } from '../../../services/inspect/bulk/bulk-run.ts';
import { createProgress } from '../../../services/inspect/bulk/progress.ts';
import type { Session } from '../../../services/queries/session.ts';
import { OncewardError } from '../../../transport/errors.ts';
import type { Asker, Reply } from '../../../transport/ports.ts';
import { settled } from '../../support/virtual-clock.ts';
import { within } from '../../support/within.ts';

const timeoutMs = 10_000;

const planned = (n: number): BulkRow => {
  const head = {
    address: `shop/${n}`,
    type: 'cancel',
    outcome: 'would-apply',
    from: 'active',
  } as const;
  return { ...head, revision: n, to: 'cancelled', reason: null, message: null };
};

/** Sends a plan of so many items to whoever answers. */
function sent(count: number, ask: Asker['ask'], stop = new AbortController().signal) {
  const plan = Array.from({ length: count }, (_, n) => planned(n));
  const decision = { type: 'cancel', data: { by: 'operator:tester' } };
  const session = { asker: { ask } } as unknown as Session;
  return runBulk(plan, { session, decision, timeoutMs, stop, onRow: () => {} });
}

const applied = async (): Promise<Reply> => {
  return { outcome: 'applied', revision: 9, state: 'cancelled', isRepeat: false };
};

test(
  'at most sixteen are under way at once, each with the revision that was read',
  within(10_000, async () => {
    let underWay = 0;
    let most = 0;
    const seen: unknown[] = [];
    const { rows } = await sent(40, async ({ data }) => {
      underWay += 1;
      most = Math.max(most, underWay);
      seen.push(data['ifRevision']);
      await settled();
      underWay -= 1;
      return applied();
    });
    assert.is(most, 16);
    assert.equal(seen.sort(), Array.from({ length: 40 }, (_, n) => n).sort());
    assert.ok(rows.every(({ outcome }) => outcome === 'applied'));
  }),
);

test(
  'an answer that stays out, or an interruption, ends the sending; the rest is told as not sent',
  within(10_000, async () => {
    const lost = new OncewardError('OUTCOME_UNKNOWN', 'no answer');
    const { rows, trouble } = await sent(20, async ({ address }) => {
      if (address === 'item.shop.3') throw lost;
      await settled();
      return applied();
    });
    assert.is(trouble?.code, 'OUTCOME_UNKNOWN');
    const count = (wanted: string) => rows.filter(({ outcome }) => outcome === wanted).length;
    assert.equal([count('applied'), count('unknown'), count('not-sent')], [15, 1, 4]);
    const stopped = await sent(3, applied, AbortSignal.abort());
    assert.ok(stopped.rows.every(({ outcome }) => outcome === 'not-sent'));
  }),
);

test('progress is shown to whoever sits at a terminal, and leaves nothing behind', () => {
  let shown = '';
  const text = (chunk: string | Uint8Array) => {
    shown += chunk;
  };
  const silent = createProgress({ isTerminal: false, text }, { what: 'cancel', total: 2 });
  silent.step();
  assert.is(shown, '');
  const seen = createProgress({ isTerminal: true, text }, { what: 'cancel', total: 2 });
  seen.step();
  assert.match(shown, 'cancel: 1 of 2 (50 %)');
  seen.end();
  assert.ok(shown.endsWith('\r\u001b[K'));
});

test.run();
