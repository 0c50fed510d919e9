// The doors: bad input is told apart before any actor sees it, with the reason the publisher is given.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { ActorEvent } from '../../../machines/event.ts';
import { type Admitted, admit, admitMessage } from '../../../services/actors/doors.ts';
import type { MailboxMessage } from '../../../transport/ports.ts';

const NOW_MS = 1_234;
const RUN = 'run.shop.7.build.1';
const MAX_EVENT_BYTES = 262_144;

/** What comes of a message of the mailbox that is read at `NOW_MS`. */
function admitted(more: Partial<MailboxMessage> & { text?: string } = {}): Admitted {
  const { text = '{"code":0}', ...rest } = more;
  const message = {
    subject: `onceward.mailbox.3.${RUN}.exited`,
    body: new TextEncoder().encode(text),
    messageId: 'publisher-1',
    sequence: 42,
    ack: () => {},
  };
  return admitMessage({ ...message, ...rest }, NOW_MS);
}

function asked(more: Partial<ActorEvent> = {}): ActorEvent {
  const event = { address: RUN, type: 'claim', id: 'ask-1', atMs: 1, data: {}, door: 'ask' };
  return { ...event, ...more } as ActorEvent;
}

/** `admitted`, or the reason why not. */
function verdictOf(outcome: Admitted): string {
  return 'reason' in outcome ? outcome.reason : 'admitted';
}

test('a message becomes an event of its subject, its id and the time it is read at', () => {
  assert.equal(admitted(), {
    event: {
      ...{ address: RUN, type: 'exited', id: 'publisher-1', atMs: NOW_MS, data: { code: 0 } },
      ...{ door: 'mailbox', sequence: 42 },
    },
  });
});

test('a message without an id is known by its sequence', () => {
  assert.is(admitted({ messageId: undefined }).event.id, 'mailbox:42');
});

test('an empty body is an event without data', () => {
  const empty = admitted({ text: '' });

  assert.is(verdictOf(empty), 'admitted');
  assert.equal(empty.event.data, {});
});

const OPEN = 'onceward.mailbox.3.item.shop.7.open';
const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

test('the trace context of the opening message goes into the data of the event', () => {
  const opened = admitted({ subject: OPEN, text: '{"title":"x"}', traceparent: TRACEPARENT });

  assert.equal(opened.event.data, { title: 'x', traceparent: TRACEPARENT });
});

test('a trace context in the body wins over the header', () => {
  const text = '{"title":"x","traceparent":"of the body"}';
  const opened = admitted({ subject: OPEN, text, traceparent: TRACEPARENT });

  assert.equal(opened.event.data, { title: 'x', traceparent: 'of the body' });
});

test('a trace context is of no concern to other events, and a broken one to none', () => {
  const opened = admitted({ subject: OPEN, text: '{}', traceparent: `${TRACEPARENT}0` });

  assert.equal(admitted({ traceparent: TRACEPARENT }).event.data, { code: 0 });
  assert.equal(opened.event.data, {});
});

test('a body that is no object stays what it is, whatever its header says', () => {
  const opened = admitted({ subject: OPEN, text: '[1]', traceparent: TRACEPARENT });

  assert.is(verdictOf(opened), 'schema');
  assert.equal(opened.event.data, [1]);
});

test('a body that is not JSON is refused as not-json', () => {
  assert.is(verdictOf(admitted({ text: '{"code":' })), 'not-json');
  assert.is(verdictOf(admitted({ text: 'exited' })), 'not-json');
});

test('a body that is not UTF-8 is refused as not-json', () => {
  const body = Uint8Array.from([0x22, 0xff, 0x22]);

  assert.is(verdictOf(admitted({ body })), 'not-json');
});

test('a body that is no JSON object is refused as schema', () => {
  const bodies = ['[]', '"text"', '7', 'null', 'true'];
  const verdicts = bodies.map((text) => verdictOf(admitted({ text })));

  assert.equal(verdicts, ['schema', 'schema', 'schema', 'schema', 'schema']);
});

test('a body of 256 KiB is admitted, and one byte more is refused as too-large', () => {
  const bodyOf = (bytes: number) => `{"a":"${'x'.repeat(bytes - 8)}"}`;

  assert.is(verdictOf(admitted({ text: bodyOf(MAX_EVENT_BYTES) })), 'admitted');
  assert.is(verdictOf(admitted({ text: bodyOf(MAX_EVENT_BYTES + 1) })), 'too-large');
});

test('the size is that of the bytes, not of the characters', () => {
  const text = `{"a":"${'ü'.repeat(MAX_EVENT_BYTES / 2)}"}`;

  assert.is(verdictOf(admitted({ text })), 'too-large');
});

test('a subject that is no address is refused as unknown-actor', () => {
  const subjects = ['run.shop.7.exited', `${RUN}.x.exited`, 'run.shop.7.build.0.exited', 'a.b.c.d'];
  const verdicts = subjects.map((subject) =>
    verdictOf(admitted({ subject: `onceward.mailbox.3.${subject}` })),
  );

  assert.equal(verdicts, Array(4).fill('unknown-actor'));
});

test('a refused message keeps what the audit needs: address, type, id and sequence', () => {
  const { address, type, id, sequence } = admitted({ text: '{' }).event;

  assert.equal(
    { address, type, id, sequence },
    {
      ...{ address: RUN, type: 'exited', id: 'publisher-1', sequence: 42 },
    },
  );
});

test('an id of 1 to 256 characters is admitted, any other refused as schema', () => {
  const verdicts = [1, 256, 0, 257].map((length) =>
    verdictOf(admit(asked({ id: 'x'.repeat(length) }))),
  );

  assert.equal(verdicts, ['admitted', 'admitted', 'schema', 'schema']);
});

test('ids that effects and deadlines are performed under are reserved', () => {
  const ids = [
    `${RUN}:12:0`,
    'item.shop.7:3:reminder',
    'run.x:1:worker-lost',
    'deployment.a.b:9:1',
  ];
  const verdicts = ids.map((id) => verdictOf(admit(asked({ id }))));

  assert.equal(verdicts, Array(4).fill('schema'));
  assert.is(verdictOf(admitted({ messageId: `${RUN}:12:0` })), 'schema');
});

test('ids that only look like reserved ones are admitted', () => {
  const ids = [RUN, `${RUN}:12`, `my-${RUN}:12:0`, `${RUN}:twelve:0`, 'runner.a:1:2'];
  const verdicts = ids.map((id) => verdictOf(admit(asked({ id }))));

  assert.equal(verdicts, Array(5).fill('admitted'));
});

test('an ask with a malformed address, or data that is no object, is refused', () => {
  assert.is(verdictOf(admit(asked({ address: 'run.shop..build.1' }))), 'unknown-actor');
  assert.is(verdictOf(admit(asked({ address: '' }))), 'unknown-actor');
  assert.is(verdictOf(admit(asked({ data: [] }))), 'schema');
  assert.is(verdictOf(admit(asked({ data: 'text' }))), 'schema');
});

test('the name of a message without an id is nobody else’s', () => {
  const ask = { address: 'item.shop.7', type: 'pause', atMs: 1, data: {}, door: 'ask' } as const;

  const admitted = admit({ ...ask, id: 'mailbox:12' });

  assert.is('reason' in admitted && admitted.reason, 'schema');
});

test.run();
