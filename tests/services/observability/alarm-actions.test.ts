// Who is told of alarms, how often, and how many at a time; commands are real processes.
import { readdirSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { alarmSettingsSchema } from '../../../services/config/alarm-settings.ts';
import { createVirtualClock } from '../../support/virtual-clock.ts';
import { within } from '../../support/within.ts';
import { ALARM, hastyClock, setup, startWebhook } from './alarm-fixture.ts';

/** Alarms of items 1 to `count`. */
function alarmsOf(count: number) {
  return Array.from({ length: count }, (_, n) => ({ ...ALARM, address: `item.shop.${n + 1}` }));
}

test(
  'the command gets the alarm as JSON on standard input, and in variables',
  within(10_000, async () => {
    const { actions, endedTimes, read } = setup({ command: 'cat > told; env > variables' });
    actions.tell(ALARM);

    assert.equal(await endedTimes(1), [{ action: 'command', outcome: 'done' }]);
    assert.is(JSON.parse(read('told')).id, 'item.shop.7:12:0');
    assert.match(read('variables'), 'ONCEWARD_ALARM_REASON=budget-exhausted\n');
    assert.match(read('variables'), 'ONCEWARD_ALARM_ADDRESS=shop/7\n');
    assert.match(read('variables'), 'ONCEWARD_ALARM_MESSAGE=item 7 is parked\n');
  }),
);

test(
  'of the host only a few harmless variables reach the command',
  within(10_000, async () => {
    const environment = {
      ...{ PATH: process.env['PATH'], HOME: '/home/kim', LC_ALL: 'C', NATS_URL: 'hunter2' },
      ...{ HOOK_SECRET: 'hunter2', LC_secret: 'hunter2', NODE_OPTIONS: 'hunter2' },
    };
    const { actions, endedTimes, read } = setup({ command: 'env > variables' }, { environment });
    actions.tell(ALARM);
    await endedTimes(1);

    assert.not.match(read('variables'), 'hunter2');
    assert.match(read('variables'), 'HOME=/home/kim\n');
    assert.match(read('variables'), 'LC_ALL=C\n');
  }),
);

test(
  'whatever an alarm says, nothing of it is run',
  within(10_000, async () => {
    const message = '$(touch owned) `touch owned`; touch owned\n\0&& touch owned';
    const { actions, endedTimes, folder, read } = setup({ command: 'cat > told' });
    actions.tell({ ...ALARM, message, reason: '$(touch owned)' });
    await endedTimes(1);

    assert.equal(readdirSync(folder), ['told']);
    assert.is(JSON.parse(read('told')).message, message);
  }),
);

test(
  'a command that fails is logged with the end of what it said',
  within(10_000, async () => {
    const { actions, endedTimes, logged } = setup({
      command: 'echo no route to pager >&2; exit 3',
    });
    actions.tell(ALARM);

    assert.equal(await endedTimes(1), [{ action: 'command', outcome: 'failed' }]);
    assert.match(logged[0] ?? '', 'exit code 3: no route to pager');
    assert.match(logged[0] ?? '', '"address":"item.shop.7"');
  }),
);

test(
  'a command that does not end is ended',
  within(10_000, async () => {
    const { actions, endedTimes, logged } = setup(
      { command: 'sleep 100' },
      { clock: hastyClock() },
    );
    actions.tell(ALARM);

    assert.equal(await endedTimes(1), [{ action: 'command', outcome: 'failed' }]);
    assert.match(logged[0] ?? '', 'not done within 30000 ms');
  }),
);

test(
  'command and webhook are told both',
  within(10_000, async () => {
    const webhook = await startWebhook(200);
    const { actions, endedTimes } = setup({ command: 'true', webhook: webhook.url });
    actions.tell(ALARM);

    const ended = (await endedTimes(2)).map(({ action, outcome }) => `${action} ${outcome}`);
    assert.equal(ended.sort(), ['command done', 'webhook done']);
    await webhook.close();
  }),
);

test(
  'of the same reason and address nobody is told again within the interval',
  within(10_000, async () => {
    const clock = createVirtualClock();
    const { actions, ended, endedTimes } = setup(
      { command: 'true', minIntervalMs: 60_000 },
      { clock },
    );
    actions.tell(ALARM);
    actions.tell({ ...ALARM, id: 'item.shop.7:15:0' });
    actions.tell({ ...ALARM, reason: 'not-landed' });
    actions.tell({ ...ALARM, address: 'item.shop.8' });
    await endedTimes(4);
    await clock.advance(60_000);
    actions.tell(ALARM);
    await endedTimes(5);

    assert.is(ended.filter(({ outcome }) => outcome === 'held').length, 1);
    assert.is(ended.filter(({ outcome }) => outcome === 'done').length, 4);
  }),
);

test(
  'at most four are told at once, and what comes on top waits its turn',
  within(20_000, async () => {
    // Each counts who is at it with itself.
    const command = 'mkdir "$$"; ls -d [0-9]* | wc -l >> counts; sleep 0.2; rmdir "$$"';
    const { actions, endedTimes, read } = setup({ command });
    alarmsOf(12).map(actions.tell);
    await endedTimes(12);

    const counts = read('counts').trim().split('\n').map(Number);
    assert.is(counts.length, 12);
    assert.ok(Math.max(...counts) <= 4, `${counts}`);
  }),
);

test(
  'a flood of alarms is dropped beyond a limit, and counted',
  within(20_000, async () => {
    const { actions, ended } = setup({ command: 'sleep 100' });
    alarmsOf(300).map(actions.tell);

    assert.is(ended.filter(({ outcome }) => outcome === 'dropped').length, 300 - 4 - 200);
    await actions.stop();
    assert.is(ended.length, 300);
  }),
);

test(
  'a host that ends ends its commands, and tells nobody any more',
  within(10_000, async () => {
    const { actions, ended, logged } = setup({ command: 'sleep 100' }, { clock: hastyClock() });
    const [first, second] = alarmsOf(2) as [typeof ALARM, typeof ALARM];
    actions.tell(first);
    await actions.stop();
    actions.tell(second);

    assert.equal(ended, [{ action: 'command', outcome: 'failed' }]);
    assert.is(logged.length, 1);
  }),
);

test(
  'new settings hold from the next alarm on, and without any nobody is told',
  within(10_000, async () => {
    const { actions, ended, endedTimes, read } = setup({});
    actions.tell(ALARM);
    const before = ended.length;
    actions.apply(alarmSettingsSchema.parse({ command: 'cat > told' }));
    actions.tell(ALARM);
    await endedTimes(1);

    assert.is(before, 0);
    assert.match(read('told'), 'budget-exhausted');
  }),
);

test.run();
