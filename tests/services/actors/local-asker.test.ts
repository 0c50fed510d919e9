// Asking the host of the same process: directly where it serves the actor, over the server everywhere else.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createLocalAsker } from '../../../services/actors/local-asker.ts';
import type { AskRequest, Reply } from '../../../transport/ports.ts';
import { createVirtualClock, hasSettled } from '../../support/virtual-clock.ts';
import { within } from '../../support/within.ts';

const REQUEST = { address: 'run.shop.7.build.1', type: 'started', data: {} };
const HERE: Reply = { outcome: 'applied', revision: 4, state: 'running.starting', isRepeat: false };
const THERE: Reply = { ...HERE, revision: 5 };
/** Longer than the own host is waited for. */
const LONG_MS = 6_000;

function setup(answer: ((request: AskRequest) => Promise<Reply>) | null) {
  const clock = createVirtualClock();
  const local: string[] = [];
  const remote: { id: string | undefined; timeoutMs: number | undefined }[] = [];
  const asker = createLocalAsker({
    clock,
    host: {
      ask(request) {
        if (answer === null) return null;
        local.push(request.id);
        return answer(request);
      },
    },
    remote: {
      async ask({ id }, options) {
        remote.push({ id, timeoutMs: options?.timeoutMs });
        return THERE;
      },
    },
  });
  return { asker, clock, local, remote };
}

test(
  'the host of the same process answers for what it serves, and nothing goes over the server',
  within(5_000, async () => {
    const { asker, clock, local, remote } = setup(async () => HERE);

    const reply = await asker.ask({ ...REQUEST, id: 'mine' });

    assert.equal(reply, HERE);
    assert.equal(local, ['mine']);
    assert.equal(remote, []);
    assert.is(clock.waiting(), 0);
  }),
);

test(
  'what another host serves is asked over the server',
  within(5_000, async () => {
    const { asker, remote } = setup(null);

    const reply = await asker.ask({ ...REQUEST, id: 'mine' }, { timeoutMs: 9_000 });

    assert.equal(reply, THERE);
    assert.equal(remote, [{ id: 'mine', timeoutMs: 9_000 }]);
  }),
);

test(
  'a host that fails is asked again over the server, under the same id',
  within(5_000, async () => {
    const { asker, local, remote } = setup(async () => {
      throw new Error('unknown');
    });

    const reply = await asker.ask(REQUEST);

    assert.equal(reply, THERE);
    assert.is(remote.length, 1);
    assert.equal(
      local,
      remote.map(({ id }) => id),
    );
  }),
);

test(
  'a host that does not answer in time is asked again over the server, for the time that is left',
  within(5_000, async () => {
    const { asker, clock, remote } = setup(() => new Promise(() => {}));
    const asked = asker.ask({ ...REQUEST, id: 'mine' }, { timeoutMs: 10_000 });
    await clock.advance(LONG_MS - 1);
    const isEarly = await hasSettled(asked);

    await clock.advance(1);

    assert.not(isEarly);
    assert.equal(await asked, THERE);
    assert.equal(remote, [{ id: 'mine', timeoutMs: 4_000 }]);
  }),
);

test.run();
