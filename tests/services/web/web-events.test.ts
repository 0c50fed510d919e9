// Events sent through the page: tried out, applied, refused with the reasons, and always in the operator's name.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { within } from '../../support/within.ts';
import { startWebFixture } from './web-fixture.ts';

const LIMIT_MS = 20_000;
const fixture = await startWebFixture();
const { ask, send, open, host } = fixture;

async function opened(id: string): Promise<{ address: string; revision: number }> {
  await open(id);
  const { json } = await ask(`/api/items/shop/${id}`);
  return { address: `shop/${id}`, revision: json.revision };
}

test(
  'an event is applied at the revision the person has seen, and says where it led',
  within(LIMIT_MS, async () => {
    const { address, revision } = await opened('applied');
    const { status, json } = await send({ address, type: 'cancel', data: {} }, { revision });
    const { v, outcome, state, isRepeat } = json;

    assert.equal(
      [status, v, outcome, state, isRepeat],
      [200, 1, 'applied', 'active.cancelling', false],
    );
    assert.ok(json.revision > revision);
  }),
);

test(
  'an event is sent in the name of the operator, whoever it says it is',
  within(LIMIT_MS, async () => {
    const { address, revision } = await opened('name');
    await send(
      { address, type: 'pause', data: { by: 'somebody else', reason: 'r' } },
      { revision },
    );
    const entry = await host.world.bucket('onceward-items').read('shop.name');
    const { event } = JSON.parse(entry?.value ?? '');

    assert.equal([event.type, event.data.by, event.data.reason], ['pause', 'operator:tester', 'r']);
  }),
);

test(
  'what is only tried out says what would happen, and nothing does',
  within(LIMIT_MS, async () => {
    const { address, revision } = await opened('dry');
    const event = { address, type: 'cancel', data: {}, isDryRun: true };
    const { status, json } = await send(event, { revision });
    const { json: after } = await ask(`/api/items/${address}`);

    assert.equal([status, json.outcome, json.to], [200, 'would-apply', 'active.cancelling']);
    assert.ok(json.effects.length > 0);
    assert.equal(json.candidates[0].holds, true);
    assert.equal([after.revision, after.state], [revision, 'active.working']);
  }),
);

test(
  'what would be refused says why, and on which guards',
  within(LIMIT_MS, async () => {
    const { address, revision } = await opened('would-refuse');
    const event = { address, type: 'resume', data: {}, isDryRun: true };
    const { status, json } = await send(event, { revision });

    assert.equal([status, json.outcome, json.reason], [200, 'would-refuse', 'not-now']);
    assert.ok(json.message.length > 0);
    assert.equal(
      json.candidates.map(({ guard, holds }: { guard: string; holds: boolean }) => [guard, holds]),
      [['isPauseRequested', false]],
    );
  }),
);

test(
  'a refusal is told with its reason and the guards that were closed',
  within(LIMIT_MS, async () => {
    const { address, revision } = await opened('refused');
    const { status, json } = await send({ address, type: 'resume', data: {} }, { revision });

    assert.equal([status, json.error.code, json.reason], [422, 'EVENT_REFUSED', 'not-now']);
    assert.ok(json.error.message.includes('shop/refused'));
    assert.ok(json.error.hint.length > 0);
    assert.equal(json.candidates[0].guard, 'isPauseRequested');
  }),
);

test(
  'an event decided on an older revision is not applied, and not tried out either',
  within(LIMIT_MS, async () => {
    const { address, revision } = await opened('moved');
    await send({ address, type: 'pause', data: {} }, { revision });
    const late = { address, type: 'cancel', data: { ifRevision: revision + 1 } };
    const sent = await send(late, { revision });
    const tried = await send({ ...late, isDryRun: true }, { revision });
    const { json } = await ask(`/api/items/${address}`);

    assert.equal([sent.status, sent.json.error.code], [412, 'REVISION_CONFLICT']);
    assert.equal([tried.status, tried.json.error.code], [412, 'REVISION_CONFLICT']);
    assert.is(json.state, 'active.working');
  }),
);

test(
  'an event repeated under one id is applied once',
  within(LIMIT_MS, async () => {
    const { address, revision } = await opened('repeat');
    const event = { address, type: 'pause', data: {}, id: 'page-1' };
    const first = await send(event, { revision });
    const second = await send(event, { revision });

    assert.equal([first.json.isRepeat, second.json.isRepeat], [false, true]);
    assert.is(second.json.revision, first.json.revision);
  }),
);

test(
  'an event for what does not exist, or for what is no address, is refused',
  within(LIMIT_MS, async () => {
    const to = (address: string) => send({ address, type: 'pause' }, { revision: 1 });
    const [none, noRun, malformed] = await Promise.all([
      to('shop/none'),
      to('shop/none/build'),
      to('shop'),
    ]);

    assert.equal([none.status, none.json.error.code], [404, 'ACTOR_NOT_FOUND']);
    assert.equal([noRun.status, noRun.json.error.code], [404, 'ACTOR_NOT_FOUND']);
    assert.equal([malformed.status, malformed.json.error.code], [400, 'USAGE']);
  }),
);

test.after(fixture.close);
test.run();
