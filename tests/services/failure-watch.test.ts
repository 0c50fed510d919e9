// What is noticed as a failure: the first end that nobody asked for, told once to everybody.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { watchForFailure } from '../../services/failure-watch.ts';
import { settled } from '../support/virtual-clock.ts';
import { within } from '../support/within.ts';

function setup() {
  let endServer = () => {};
  let closeConnection: (reason?: Error) => void = () => {};
  const closed = new Promise<unknown>((resolve) => {
    closeConnection = resolve;
  });
  const watch = watchForFailure({
    connection: { closed: () => closed },
    server: {
      onExit(callback) {
        endServer = callback;
      },
    },
  });
  const told: string[] = [];
  return {
    ...{ told, watch },
    tell: ({ message }: Error) => void told.push(message),
    endServer: () => endServer(),
    async closeConnection(reason?: Error) {
      closeConnection(reason);
      await settled();
    },
  };
}

test(
  'a server that ends is told once, although the connection closes for it',
  within(5_000, async () => {
    const { closeConnection, endServer, tell, told, watch } = setup();
    watch.onFailure(tell);
    const before = watch.hasHappened();

    endServer();
    await closeConnection(new Error('refused'));

    assert.not(before);
    assert.ok(watch.hasHappened());
    assert.equal(told, ['the embedded nats-server ended unexpectedly']);
  }),
);

test(
  'a connection that is closed for good is told with its reason, and the end of the server no more',
  within(5_000, async () => {
    const { closeConnection, endServer, tell, told, watch } = setup();
    watch.onFailure(tell);

    await closeConnection(new Error('authorization violation'));
    endServer();

    assert.equal(told, ['the connection to NATS was closed for good: authorization violation']);
  }),
);

test('who asks after it has happened is told at once, and once', () => {
  const { endServer, tell, told, watch } = setup();
  endServer();

  watch.onFailure(tell);
  endServer();

  assert.equal(told, ['the embedded nats-server ended unexpectedly']);
});

test(
  'once it is expected, the end of neither is a failure',
  within(5_000, async () => {
    const { closeConnection, endServer, tell, told, watch } = setup();
    watch.onFailure(tell);

    watch.expect();
    endServer();
    await closeConnection();
    watch.onFailure(tell);

    assert.not(watch.hasHappened());
    assert.equal(told, []);
  }),
);

test(
  'without a server of its own the connection alone is watched',
  within(5_000, async () => {
    const told: string[] = [];
    const connection = { closed: () => Promise.resolve() };

    const watch = watchForFailure({ connection, server: null });
    watch.onFailure(({ message }) => told.push(message));
    await settled();

    assert.equal(told, ['the connection to NATS was closed for good: no reason given']);
  }),
);

test.run();
