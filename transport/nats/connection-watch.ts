// Tells whoever reads on a connection that it was lost, and when it is back.
// It must never say that it is there while it is known not to be.
import type { NatsConnection } from 'nats';

export interface ConnectionWatch {
  /** Calls back when the connection is lost or closed: what was on its way will not come. */
  onLost(callback: () => void): () => void;
  /** Resolves at once while there is a connection, else when it is back, or closed for good. */
  present(): Promise<void>;
}

export function watchConnection(nc: NatsConnection): ConnectionWatch {
  const callbacks = new Set<() => void>();
  let waiting: (() => void)[] = [];
  let isLost = false;
  const lose = () => {
    isLost = true;
    for (const callback of [...callbacks]) callback();
  };
  const release = () => {
    isLost = false;
    for (const resume of waiting) resume();
    waiting = [];
  };
  const follow = async () => {
    for await (const { type } of nc.status()) {
      if (type === 'disconnect') lose();
      if (type === 'reconnect') release();
    }
  };
  void follow();
  void nc.closed().then(() => {
    lose();
    release();
  });
  return {
    onLost(callback) {
      callbacks.add(callback);
      return () => void callbacks.delete(callback);
    },
    present: () =>
      isLost ? new Promise((resolve) => void waiting.push(resolve)) : Promise.resolve(),
  };
}
