// The server of a test file with all streams and buckets, and connections of one test that end with it.
// It must never share a connection between tests: one that is broken on purpose must harm no other.
import type { NatsConnection } from 'nats';
import { connectNats } from '../../transport/nats/connection.ts';
import { ensureTopology } from '../../transport/nats/topology.ts';
import { natsServer, stopNatsServer, type TestServer } from './nats-server.ts';

export interface NatsFixture {
  server: TestServer;
  nc: NatsConnection;
  /** One more connection, closed with the others. */
  connect(name: string): Promise<NatsConnection>;
  close(): Promise<void>;
}

/** `isFresh` begins with an empty store, on a new server. */
export async function openNats(
  options: { partitions?: number; isFresh?: boolean } = {},
): Promise<NatsFixture> {
  if (options.isFresh) await stopNatsServer();
  const server = await natsServer({ syncAlways: false });
  const connections: NatsConnection[] = [];
  const connect = async (name: string): Promise<NatsConnection> => {
    const nc = await connectNats({ url: server.url, name });
    connections.push(nc);
    return nc;
  };
  const nc = await connect('test');
  await ensureTopology(nc, { partitions: options.partitions ?? 1 });
  return {
    ...{ server, nc, connect },
    async close() {
      await Promise.all(connections.map((connection) => connection.close()));
    },
  };
}
