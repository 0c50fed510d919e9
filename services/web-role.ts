// What a process serves over HTTP: a host its page, its health and its metrics, a worker alone no page.
// It must never slow down what the process is for: the page reads over a connection of its own.
import { openInspector } from '../transport/nats/inspector.ts';
import type { Clock } from '../transport/ports.ts';
import type { Log } from './actors/log.ts';
import type { HttpOptions, ServedHttp } from './app-options.ts';
import { leavePageNote, withdrawPageNote } from './connection-note.ts';
import type { HostRole } from './host-role.ts';
import type { WebhookOptions } from './intake/webhook-intake.ts';
import { partitionFor } from './queries/session.ts';
import { createHealth, type HealthCheck } from './web/health.ts';
import { httpTokenOf } from './web/http-token.ts';
import type { MetricsSource, WebhookCount } from './web/web-options.ts';
import { startWeb } from './web/web-server.ts';
import type { WorkerRole } from './worker-role.ts';

/** What runs in this process so far: the page is there before them, to say so. */
export interface RunningRoles {
  host: Pick<HostRole, 'status'> | null;
  worker: Pick<WorkerRole, 'stop'> | null;
  isStopping: boolean;
}

export interface WebRoleOptions {
  http: HttpOptions;
  webhooks: WebhookOptions;
  wanted: readonly ('host' | 'worker')[];
  roles: RunningRoles;
  natsUrl: string;
  credentials: string | undefined;
  inboxPrefix: string | undefined;
  identity: string;
  stateDirectory: string;
  reachNats: () => Promise<unknown>;
  metrics: (MetricsSource & { webhookEnded: WebhookCount }) | null;
  clock: Clock;
  log: Log;
}

export interface WebRole {
  served: ServedHttp;
  stop(): Promise<void>;
}

/** @throws HTTP_ADDRESS_UNAVAILABLE, BROKER_UNAVAILABLE */
export async function startWebRole(options: WebRoleOptions): Promise<WebRole> {
  const { http, clock, log, stateDirectory, metrics, roles, wanted, reachNats } = options;
  const { token, file } = await httpTokenOf(stateDirectory, http.token);
  const session = wanted.includes('host') ? await openSession(options) : null;
  try {
    const health = createHealth({ clock, reachNats, roles: () => roleChecks(wanted, roles) });
    const web = await startWeb({
      ...{ session, token, health, metrics, stateDirectory, log, clock },
      ...{ webhooks: options.webhooks, countWebhook: metrics?.webhookEnded },
      ...{ operator: http.operator, address: http.address, isPortFlexible: http.isPortFlexible },
    });
    const { port } = http.address;
    if (port !== 0 && web.address.port !== port) {
      log.warn({ port, used: web.address.port }, 'the port of the page is taken; another is used');
    }
    const served = { url: web.url, hasPage: session !== null, token, tokenFile: file };
    if (session !== null) await leavePageNote(stateDirectory, served);
    return {
      served,
      async stop() {
        try {
          await withdrawPageNote(stateDirectory);
        } finally {
          await web.close();
          await session?.close();
        }
      },
    };
  } catch (error) {
    await session?.close();
    throw error;
  }
}

function openSession({ natsUrl, credentials, inboxPrefix, identity }: WebRoleOptions) {
  const login = credentials === undefined ? {} : { credentials: () => credentials };
  const name = `${identity} page`;
  return openInspector({ url: natsUrl, name, inboxPrefix, partitionOf: partitionFor, ...login });
}

/** What the roles of a process say of themselves. */
export function roleChecks(
  wanted: WebRoleOptions['wanted'],
  { host, worker, isStopping }: RunningRoles,
): HealthCheck[] {
  if (isStopping) return [{ name: 'process', isOk: false, detail: 'stopping' }];
  return wanted.map((role) => {
    if (role === 'host') return hostCheck(host);
    const detail = worker === null ? 'starting' : 'its pools are open';
    return { name: 'worker', isOk: worker !== null, detail };
  });
}

function hostCheck(host: RunningRoles['host']): HealthCheck {
  if (host === null) return { name: 'host', isOk: false, detail: 'starting' };
  const { partitions, wanted, catchingUp } = host.status();
  const missing = wanted.filter((partition) => !partitions.includes(partition));
  const isOk = missing.length === 0 && catchingUp.length === 0;
  const held = `holds ${partitions.length} of ${wanted.length} partitions`;
  const detail = `${held}, ${catchingUp.length} of them still catching up`;
  return { name: 'host', isOk, detail: isOk ? held : detail };
}
