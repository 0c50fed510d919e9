// Ports of the loopback that nobody listens on, and that no outgoing connection can take meanwhile.
// It must never hand out a port of the range the system itself draws from: a client that knocks at a
// server that is down could be given that very port, and would keep the server from coming back.
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

const LOWEST = 10_000;
/** Below what Linux (32768) and macOS (49152) give to outgoing connections. */
const HIGHEST = 32_000;
const MAX_TRIES_PER_PORT = 50;

/** Finds `count` different ports; another process may still take one before it is used. */
export async function freePorts(count: number): Promise<number[]> {
  const found = new Set<number>();
  for (let tries = 0; tries < count * MAX_TRIES_PER_PORT && found.size < count; tries += 1) {
    const port = randomInt(LOWEST, HIGHEST);
    if (!found.has(port) && (await isFree(port))) found.add(port);
  }
  if (found.size < count) throw new Error(`found ${found.size} free ports, needed ${count}`);
  return [...found];
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen({ port, host: '127.0.0.1', exclusive: true });
  const isListening = await once(server, 'listening').then(
    () => true,
    () => false,
  );
  if (isListening) await new Promise((resolve) => server.close(resolve));
  return isListening;
}
