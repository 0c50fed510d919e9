// Goal: whoever keeps an eye on the fleet sees what agents use, and what holds them, as it changes. Method: a real
// server and host; a run that reports what it has used, and an account that is suspended by hand.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { accounts } from '../../../services/inspect/commands/accounts.ts';
import { ps } from '../../../services/inspect/commands/ps.ts';
import { top } from '../../../services/inspect/commands/top.ts';
import { wait } from '../../../services/inspect/commands/wait.ts';
import { DOCUMENTS } from '../../../services/inspect/documents/output-schema.ts';
import { usageOf } from '../../support/machine-steps.ts';
import { within } from '../../support/within.ts';
import { finishRun, startFleet } from './command-fixture.ts';

const SHOP = 'account.project.shop';
const USED = usageOf({ usd: 1.23, pricedTokens: 16_000, outputTokens: 48_000, turns: 12 });

const fleet = await startFleet();
const { asker } = fleet.host;
await report('1');
await wait(fleet.at().context, { address: SHOP, for: 'available', timeoutMs: 10_000 });

/** An item whose run has used so much. */
async function report(item: string): Promise<void> {
  const address = `run.shop.${item}.build.1`;
  await asker.ask({ address: `item.shop.${item}`, type: 'open', data: { title: item } });
  await asker.ask({ address, type: 'started', data: { epoch: 1 } });
  await asker.ask({ address, type: 'progress', data: { epoch: 1, usage: USED } });
}

test(
  'accounts are followed as runs draw on them',
  within(30_000, async () => {
    const watching = fleet.at({ output: 'jsonl' });
    const ended = accounts(watching.context, { account: 'project', isFollowing: true });
    await watching.written('"usd":1.23');
    await report('2');
    await watching.written('"usd":2.46');
    watching.stop();

    assert.is(await ended, 130);
    for (const document of watching.documents()) DOCUMENTS.account.parse(document);
  }),
);

test(
  'what a run has used stands in its row at once, and in that of its item once it has ended',
  within(30_000, async () => {
    await report('3');
    const rowsOf = async (kind: 'items' | 'runs') => {
      const { context, documents } = fleet.at({ output: 'json' });
      await ps(context, { kind, filter: { project: 'shop', item: '3' } });
      DOCUMENTS[kind].parse(documents()[0]);
      return documents()[0][kind];
    };
    const before = await rowsOf('items');
    assert.equal([(await rowsOf('runs'))[0].usage, before[0].usage], [USED, null]);
    await finishRun(fleet.host, 'shop/3/build/1');
    await wait(fleet.at().context, {
      address: 'shop/3/build/1',
      for: 'advanced',
      timeoutMs: 10_000,
    });
    assert.equal((await rowsOf('items'))[0].usage, USED);
    const { context, out } = fleet.at({ output: 'wide' });
    await ps(context, { kind: 'items', filter: { project: 'shop', item: '3' } });
    assert.match(out(), / COST .*\n.* \$1\.23 \+ 32k tokens without a price /);
  }),
);

test(
  'top shows which accounts are suspended, and until when',
  within(30_000, async () => {
    const resetAtMs = fleet.host.world.clock.nowMs() + 7_200_000;
    const data = { cause: 'usage-limit', resetAtMs };
    await asker.ask({ address: SHOP, type: 'suspend', data });
    const asJson = fleet.at({ output: 'json' });
    const asTable = fleet.at();
    await Promise.all([top(asJson.context), top(asTable.context)]);

    const [board] = asJson.documents();
    DOCUMENTS.board.parse(board);
    const cause = 'usage-limit';
    assert.equal(board.suspended, [{ address: SHOP, cause, untilMs: resetAtMs }]);
    assert.match(asTable.out(), /Suspended accounts\n.*\n {2}account\.project\.shop +usage-limit/);
  }),
);

test(
  'the fleet goes home',
  within(10_000, async () => {
    await fleet.host.stop();
  }),
);

test.run();
