// A channel that is told of alarms, over real HTTP: what people read there calls nobody and gives nothing away.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { noticeOf } from '../../../services/observability/alarm-notice.ts';
import { slackMessage } from '../../../services/observability/alarm-slack.ts';
import { within } from '../../support/within.ts';
import { ALARM, hastyClock, setup, startWebhook } from './alarm-fixture.ts';

const SETTINGS = { slackWebhookVariable: 'SLACK_URL' };

test(
  'the alarm is posted as text and blocks to the address that the variable holds',
  within(10_000, async () => {
    const slack = await startWebhook(200);
    const { actions, endedTimes } = setup(SETTINGS, { environment: { SLACK_URL: slack.url } });
    actions.tell(ALARM);

    assert.equal(await endedTimes(1), [{ action: 'slack', outcome: 'done' }]);
    const [{ headers, body, url }] = slack.posted as [(typeof slack.posted)[0]];
    const plain = (text: string) => ({ type: 'plain_text', text, emoji: false });
    const title = 'budget-exhausted: shop/7';
    assert.equal([url, headers['content-type']], ['/hooks/secret-path', 'application/json']);
    assert.equal(JSON.parse(body), {
      ...{ text: `${title}\nitem 7 is parked`, unfurl_links: false, unfurl_media: false },
      blocks: [
        { type: 'section', text: { type: 'mrkdwn', text: `*${title}*`, verbatim: true } },
        { type: 'section', text: plain('item 7 is parked') },
        {
          type: 'context',
          elements: [plain('2023-11-14T22:13:20.000Z · host-1 · item.shop.7:12:0')],
        },
      ],
    });
    await slack.close();
  }),
);

test('text from outside calls nobody and changes nothing around it', () => {
  const message = '<!channel> <@U1> @here & <https://x|y> `*a*`';
  const { text } = slackMessage({ ...noticeOf(ALARM), message });

  assert.not.match(text, /[<>*`]|@here|&(?!amp;|lt;|gt;)/);
  assert.match(text, '&lt;!channel&gt;');
});

test('however long a text is, Slack takes it, and no escape is cut in two', () => {
  const long = '<&😀'.repeat(5_000);
  const notice = { ...noticeOf(ALARM), message: long, address: long, reason: long };
  const { text, blocks } = slackMessage(notice);
  const texts = blocks.map((block) => block.text?.text ?? '');

  assert.ok(Math.max(...texts.map(({ length }) => length)) <= 3_000);
  assert.not.match(text, /&(?!amp;|lt;|gt;)/);
  assert.not.match(text, /\p{Surrogate}/u);
});

test('an alarm without words is still a message', () => {
  const { blocks } = slackMessage({ ...noticeOf(ALARM), message: '' });

  assert.is(blocks[1]?.text?.text, '-');
});

test(
  'the same alarm is told once in a while, as everywhere',
  within(10_000, async () => {
    const slack = await startWebhook(200);
    const { actions, endedTimes } = setup(SETTINGS, { environment: { SLACK_URL: slack.url } });
    actions.tell(ALARM);
    actions.tell(ALARM);

    assert.equal((await endedTimes(2)).map(({ outcome }) => outcome).sort(), ['done', 'held']);
    assert.is(slack.posted.length, 1);
    await slack.close();
  }),
);

test(
  'after three attempts it is given up, and the log says nothing of the address',
  within(10_000, async () => {
    const slack = await startWebhook(429, 'hang up', 500);
    const environment = { SLACK_URL: slack.url };
    const { actions, endedTimes, logged } = setup(SETTINGS, { environment, clock: hastyClock() });
    actions.tell(ALARM);

    assert.equal(await endedTimes(1), [{ action: 'slack', outcome: 'failed' }]);
    assert.is(slack.posted.length, 3);
    assert.match(logged[0] ?? '', 'answered 500');
    assert.not.match(logged.join(), /127\.0\.0\.1|secret-path/);
    await slack.close();
  }),
);

test(
  'a revoked address is not asked again',
  within(10_000, async () => {
    const slack = await startWebhook(404);
    const environment = { SLACK_URL: slack.url };
    const { actions, endedTimes, logged } = setup(SETTINGS, { environment, clock: hastyClock() });
    actions.tell(ALARM);
    await endedTimes(1);

    assert.is(slack.posted.length, 1);
    assert.match(logged[0] ?? '', 'answered 404');
    await slack.close();
  }),
);

test(
  'a variable without an address is an error in the log, which does not repeat what it holds',
  within(10_000, async () => {
    const unset = setup(SETTINGS);
    const wrong = setup(SETTINGS, { environment: { SLACK_URL: 'https://u:hunter2@a.b/x' } });
    unset.actions.tell(ALARM);
    wrong.actions.tell(ALARM);

    assert.equal(await unset.endedTimes(1), [{ action: 'slack', outcome: 'failed' }]);
    await wrong.endedTimes(1);
    assert.match(unset.logged[0] ?? '', 'SLACK_URL is not set');
    assert.match(wrong.logged[0] ?? '', 'SLACK_URL holds no address');
    assert.not.match(wrong.logged.join(), 'hunter2');
  }),
);

test.run();
