// Accounts through the command line: the list of them, and every command that takes an address, on a real host.
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { CommandContext } from '../../../services/inspect/command-context.ts';
import { accounts } from '../../../services/inspect/commands/accounts.ts';
import { complete } from '../../../services/inspect/commands/complete.ts';
import { events } from '../../../services/inspect/commands/events.ts';
import { exportLife } from '../../../services/inspect/commands/export.ts';
import { graph } from '../../../services/inspect/commands/graph.ts';
import { logs } from '../../../services/inspect/commands/logs.ts';
import { replay } from '../../../services/inspect/commands/replay.ts';
import { send } from '../../../services/inspect/commands/send.ts';
import { show } from '../../../services/inspect/commands/show.ts';
import { submit } from '../../../services/inspect/commands/submit.ts';
import { wait } from '../../../services/inspect/commands/wait.ts';
import { watch } from '../../../services/inspect/commands/watch.ts';
import { why } from '../../../services/inspect/commands/why.ts';
import { DOCUMENTS } from '../../../services/inspect/documents/output-schema.ts';
import { rejects } from '../../support/rejects.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { within } from '../../support/within.ts';
import { startFleet, type TestContextOptions } from './command-fixture.ts';

const SHOP = 'account.project.shop';
const fleet = await startFleet();
const timeoutMs = 10_000;
const usage = { usd: 1.23, inputTokens: 300_000, outputTokens: 40_000, turns: 12 };

// A run that tells what it has used opens the account of its project, and draws on it.
await submit(fleet.at().context, { project: 'shop', title: 'x', id: '1', timeoutMs });
const run = { address: 'run.shop.1.build.1' };
await fleet.host.asker.ask({ ...run, type: 'started', data: {} });
const told = { epoch: 1, usage: { ...usage, pricedTokens: 220_000, wallClockMs: 61_000 } };
await fleet.host.asker.ask({ ...run, type: 'progress', data: told });
await wait(fleet.at().context, { address: SHOP, for: 'available', timeoutMs });
await fleet.audited('"draw"', SHOP);

async function printed(
  command: (context: CommandContext) => Promise<number>,
  options: TestContextOptions = {},
): Promise<string> {
  const { context, out } = fleet.at(options);
  await command(context);
  return out();
}

/** Until the test is over nothing may begin on it; then it is as it was. */
async function suspended<T>(evidence: string, work: () => Promise<T>): Promise<T> {
  const data = JSON.stringify({ cause: 'usage-limit', evidence, resetAtMs: Date.now() + 600_000 });
  const input = { address: SHOP, timeoutMs };
  await send(fleet.at().context, { ...input, type: 'suspend', data });
  try {
    return await work();
  } finally {
    await send(fleet.at().context, { ...input, type: 'resume' });
  }
}

test(
  'accounts lists what was used today, and says which tokens have no price',
  within(20_000, async () => {
    const [header, row] = (await printed((context) => accounts(context, {}))).split('\n');
    assert.is(
      header?.replace(/ {2,}/g, '|'),
      'OWNER|NAME|STATE|CAUSE|UNTIL|TODAY|TOKENS|TURNS|TIME|CAPS OF THE DAY|YESTERDAY|TOTAL',
    );
    assert.is(
      row?.replace(/ {2,}/g, '|'),
      'project|shop|available|-|-|$1.23 + 120k tokens without a price|340k|12|1m01s|-|$0.00|' +
        '$1.23 + 120k tokens without a price',
    );
  }),
);

test(
  'accounts shows why one is suspended, and until when',
  within(20_000, async () => {
    const row = await suspended('resets\u001b[31m at 2pm', () =>
      printed((context) => accounts(context, { account: 'project/shop' }), { output: 'wide' }),
    );
    assert.match(row.replace(/ {2,}/g, '|'), /\|suspended\|usage-limit\|in 9m\d\ds\|/);
    assert.match(row, /resets.*at 2pm$/m);
    assert.not.ok(row.includes('\u001b'));
  }),
);

test(
  'what accounts and why print of an account as JSON is what the published schema says',
  within(20_000, async () => {
    const list = await printed((context) => accounts(context, {}), { output: 'json' });
    const line = await printed((context) => accounts(context, {}), { output: 'jsonl' });
    const answer = await printed((context) => why(context, { address: SHOP }), { output: 'json' });
    DOCUMENTS.accounts.parse(JSON.parse(list));
    DOCUMENTS.account.parse(JSON.parse(line));
    DOCUMENTS.why.parse(JSON.parse(answer));
    const { address, today } = JSON.parse(list).accounts[0];
    assert.equal(
      [address, today.pricedTokens, JSON.parse(answer).kind],
      [SHOP, 220_000, 'account'],
    );
  }),
);

test(
  'accounts takes an owner, a name or an address, and names those there are for one that is not there',
  within(20_000, async () => {
    const named = (account: string) =>
      printed((context) => accounts(context, { account }), { output: 'name' });
    assert.equal(
      [await named('project'), await named('project/shop'), await named(SHOP)],
      [`${SHOP}\n`, `${SHOP}\n`, `${SHOP}\n`],
    );
    assert.is(await named('provider'), '');
    const { message } = await rejects(named('provider/claude'), 'ACTOR_NOT_FOUND');
    assert.match(message, /there are account\.project\.shop$/);
    await rejects(named('shop'), 'USAGE');
  }),
);

test(
  'show and why say of an account what was used of it',
  within(20_000, async () => {
    const page = await printed((context) => show(context, { address: SHOP, hasHistory: true }));
    assert.match(page, /^account: +account\.project\.shop$/m);
    assert.match(
      page,
      /^used that day: +\$1\.23 \+ 120k tokens without a price, 340k tokens, 12 turns/m,
    );
    const answer = await suspended('limit', () =>
      printed((context) => why(context, { address: SHOP })),
    );
    assert.match(answer, /^waits for: +its provider, for it is suspended \(usage-limit: limit\)/m);
    assert.match(answer, /^ {2}onceward send account\.project\.shop resume$/m);
  }),
);

test(
  'show says of a run what it has used, and when it had something to show last',
  within(20_000, async () => {
    const look = { address: 'shop/1/build/1' };
    const page = await printed((context) => show(context, look));
    assert.match(
      page,
      /^used: +\$1\.23 \+ 120k tokens without a price, 340k tokens, 12 turns, 1m01s$/m,
    );
    assert.match(page, /^progress: .*, last progress \d+\w+ ago$/m);
    const document = await printed((context) => show(context, look), { output: 'json' });
    assert.is(JSON.parse(document).usage.pricedTokens, 220_000);
    const item = await printed((context) => show(context, { address: 'shop/1' }), {
      output: 'json',
    });
    assert.is(JSON.parse(item).usage, null);
  }),
);

test(
  'send tries an event out on an account, and applies it',
  within(20_000, async () => {
    const input = { address: SHOP, type: 'suspend', isDryRun: true, timeoutMs };
    const foreseen = await printed((context) => send(context, input), { output: 'json' });
    assert.equal(
      [JSON.parse(foreseen).outcome, JSON.parse(foreseen).to],
      ['would-apply', 'suspended'],
    );
    const open = send(fleet.at().context, { address: SHOP, type: 'resume', timeoutMs });
    await rejects(open, 'EVENT_REFUSED');
    const absent = { address: 'account.provider.none', type: 'suspend', timeoutMs };
    await rejects(send(fleet.at().context, absent), 'ACTOR_NOT_FOUND');
  }),
);

test(
  'watch and events follow an account alone',
  within(20_000, async () => {
    const past = await printed((context) => events(context, { address: SHOP }));
    assert.match(past, /draw/);
    assert.not.match(past, /shop\/1\/build/);
    const watching = fleet.at();
    const watched = watch(watching.context, { filter: SHOP, sinceMs: 600_000 });
    await watching.written('draw');
    watching.stop();
    await watched;
    assert.not.match(watching.out(), /shop\/1\/build/);
    assert.is(watching.err(), '');
  }),
);

test(
  'an account is drawn as its machine, with its present state lit',
  within(20_000, async () => {
    const drawn = await printed((context) => graph(context, { what: SHOP }), { output: 'json' });
    const { name, lit } = JSON.parse(drawn);
    assert.equal([name, lit], ['account', ['available']]);
  }),
);

test(
  'the life of an account is exported, and replays as it was stored',
  within(20_000, async () => {
    const file = join(temporaryDirectory(), 'account.json');
    await exportLife(fleet.at().context, { address: SHOP, file });
    const replayed = await printed((context) => replay(context, { file }), { output: 'json' });
    const { isReproduced, address, counts } = JSON.parse(replayed);
    assert.equal([isReproduced, address, counts.differs], [true, SHOP, 0]);
    assert.ok(counts.same > 0);
  }),
);

test(
  'an account has no log',
  within(20_000, async () => {
    await rejects(logs(fleet.at().context, { address: SHOP }), 'USAGE');
  }),
);

test(
  'an account is completed once its address is begun',
  within(20_000, async () => {
    const completed = (kind: string, prefix: string) =>
      printed((context) => complete(context, { kind, prefix }));
    assert.is(await completed('address', 'acc'), `${SHOP}\n`);
    assert.is(await completed('address', 'account.project.s'), `${SHOP}\n`);
    assert.is(await completed('account', ''), `${SHOP}\n`);
    assert.is(await completed('item', 'acc'), '');
  }),
);

test(
  'the fleet goes home',
  within(10_000, async () => {
    await fleet.host.stop();
  }),
);

test.run();
