// Notices what nothing can go on after: a server of our own that is gone, a connection that is closed for good.
// It must never take for a failure what was asked for.

export interface FailureSources {
  connection: { closed(): Promise<unknown> };
  server: { onExit(callback: () => void): void } | null;
}

export interface FailureWatch {
  /** Calls back once it has happened, also when it has happened already. */
  onFailure(callback: (error: Error) => void): void;
  hasHappened(): boolean;
  /** From now on the end of either is what was asked for. */
  expect(): void;
}

export function watchForFailure({ connection, server }: FailureSources): FailureWatch {
  const callbacks: ((error: Error) => void)[] = [];
  let isExpected = false;
  let failure: Error | null = null;
  const fail = (message: string) => {
    if (isExpected || failure !== null) return;
    failure = new Error(message);
    for (const callback of callbacks) callback(failure);
  };
  server?.onExit(() => fail('the embedded nats-server ended unexpectedly'));
  void connection.closed().then((error) => {
    const reason = error instanceof Error ? error.message : 'no reason given';
    fail(`the connection to NATS was closed for good: ${reason}`);
  });
  return {
    onFailure(callback) {
      callbacks.push(callback);
      if (failure !== null) callback(failure);
    },
    hasHappened: () => failure !== null,
    expect() {
      isExpected = true;
    },
  };
}
