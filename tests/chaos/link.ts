// The network between one process and the servers: a proxy on the loopback for each server, which can cut
// what it carries, or swallow it in silence. It must never reorder, change or invent a byte.
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

export interface Link {
  /** Addresses of the proxies, separated by commas, as `--nats` takes them. */
  readonly url: string;
  /** Resets every connection; the next one goes through. */
  cut(): void;
  /**
   * Takes connections and data, and passes nothing on. The returned function heals it: `resume`
   * delivers what has gathered, late; `reset` breaks what was open.
   */
  blackHole(): (how: Healing) => void;
  close(): Promise<void>;
}

export type Healing = 'resume' | 'reset';

interface Carried {
  near: Socket;
  far: Socket;
}

/** Opens a proxy in front of each `nats://host:port`. */
export async function openLink(serverUrls: readonly string[]): Promise<Link> {
  const carried = new Set<Carried>();
  let isBlack = false;

  const carry = (near: Socket, port: number): void => {
    const far = connect({ host: '127.0.0.1', port });
    const pair = { near, far };
    carried.add(pair);
    const drop = () => {
      carried.delete(pair);
      near.destroy();
      far.destroy();
    };
    for (const socket of [near, far]) {
      socket.setNoDelay(true);
      socket.on('error', drop).on('close', drop);
    }
    if (!isBlack) join(pair);
  };

  const cut = () => {
    for (const { near, far } of carried) {
      near.resetAndDestroy();
      far.resetAndDestroy();
    }
  };

  const proxies = await Promise.all(
    serverUrls.map((url) => openProxy(Number(new URL(url).port), carry)),
  );
  return {
    url: proxies.map((proxy) => `nats://127.0.0.1:${portOf(proxy)}`).join(','),
    cut,
    blackHole() {
      isBlack = true;
      for (const pair of carried) part(pair);
      return (how) => {
        isBlack = false;
        if (how === 'reset') cut();
        else for (const pair of carried) join(pair);
      };
    },
    async close() {
      cut();
      await Promise.all(proxies.map((proxy) => new Promise((resolve) => proxy.close(resolve))));
    },
  };
}

function join({ near, far }: Carried): void {
  near.pipe(far);
  far.pipe(near);
}

function part({ near, far }: Carried): void {
  near.unpipe(far).pause();
  far.unpipe(near).pause();
}

async function openProxy(
  port: number,
  carry: (near: Socket, port: number) => void,
): Promise<Server> {
  const proxy = createServer((near) => carry(near, port));
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  return proxy;
}

function portOf(proxy: Server): number {
  return (proxy.address() as AddressInfo).port;
}
