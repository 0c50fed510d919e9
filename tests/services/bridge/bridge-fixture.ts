// A bridge on a real fleet, and pages that connect to it.
import { request } from 'node:http';
import { connect } from 'node:net';
import { WebSocket } from 'ws';
import { startBridge } from '../../../services/bridge/stately-bridge.ts';
import { submit } from '../../../services/inspect/commands/submit.ts';
import { withSession } from '../../../services/queries/session.ts';
import { startFleet } from '../inspect/command-fixture.ts';

const ALLOWED = 'https://stately.ai';
export const SECRET = 'the launch code is 0000';
export const fleet = await startFleet();

// biome-ignore lint/suspicious/noExplicitAny: messages of every shape
type Message = any;

/** A page that has connected, and what it has been told. */
export function page(url: string, origin: string | undefined = ALLOWED) {
  const socket = new WebSocket(url.replace('http', 'ws'), origin === undefined ? {} : { origin });
  const told: Message[] = [];
  const waiting = new Set<() => void>();
  socket.on('message', (data) => {
    told.push(JSON.parse(String(data)));
    for (const look of waiting) look();
  });
  const outcome = new Promise<string>((resolve) => {
    socket.on('open', () => resolve('open'));
    socket.on('error', ({ message }) => resolve(message));
  });
  const heard = (isIt: (message: Message) => boolean) =>
    new Promise<Message>((resolve) => {
      const look = () => {
        const found = told.find(isIt);
        if (found !== undefined) resolve(found);
      };
      waiting.add(look);
      look();
    });
  return { socket, told, outcome, heard };
}

type Options = Partial<Parameters<typeof startBridge>[0]>;

/** Runs the body with a bridge on a free port, and closes everything afterwards. */
export async function bridged(
  body: (url: string, notices: string[]) => Promise<void>,
  options: Options = {},
): Promise<void> {
  const notices: string[] = [];
  await withSession(fleet.at().context, async (session) => {
    const running = await startBridge({
      ...{ session, port: 0, allowedOrigins: [ALLOWED], filter: null, isRedacted: true },
      onNotice: (text) => notices.push(text),
      ...options,
    });
    try {
      await body(running.url, notices);
    } finally {
      await running.close();
    }
  });
}

export async function submitted(id: string): Promise<void> {
  const { context } = fleet.at();
  await submit(context, { project: 'shop', title: SECRET, body: SECRET, id, timeoutMs: 10_000 });
}

export const tell = (address: string, type: string, data: Record<string, unknown>) =>
  fleet.host.asker.ask({ address, type, data });

export function statusOf(url: string, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { headers: { host } }, ({ statusCode }) => resolve(statusCode));
    asked.on('error', reject).end();
  });
}

export function reached(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    socket.on('connect', () => resolve(true)).on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });
}
