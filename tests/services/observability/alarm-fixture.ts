// Alarms that are told for real: to shell commands, and to an HTTP server on loopback that answers as it is told.
// It must never reach anything beyond this machine.
import { mkdtempSync, readFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { AuditEntry } from '../../../services/actors/audit-entry.ts';
import { alarmSettingsSchema } from '../../../services/config/alarm-settings.ts';
import {
  type AlarmActionsOptions,
  createAlarmActions,
} from '../../../services/observability/alarm-actions.ts';
import type { Clock } from '../../../transport/ports.ts';
import { localClock } from '../../support/local-clock.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

export const ALARM: AuditEntry = {
  ...{ atMs: 1_700_000_000_000, address: 'item.shop.7', id: 'item.shop.7:12:0', type: 'alarm' },
  ...{ door: 'tell', outcome: 'alarm', from: null, to: null, revision: null, claimant: null },
  ...{ reason: 'budget-exhausted', message: 'item 7 is parked', by: 'host-1' },
};

export interface Ended {
  action: string;
  outcome: string;
}

/** Actions with the given settings, what came of them, and what was logged. */
export function setup(
  settings: Record<string, unknown>,
  more: { clock?: Clock; environment?: AlarmActionsOptions['environment'] } = {},
) {
  const folder = mkdtempSync(join(temporaryDirectory(), 'alarm-'));
  const ended: Ended[] = [];
  const logged: string[] = [];
  let check = () => {};
  const log = (fields: object, message: string) =>
    void logged.push(`${message} ${JSON.stringify(fields)}`);
  const actions = createAlarmActions({
    settings: alarmSettingsSchema.parse(settings),
    clock: more.clock ?? localClock,
    folder,
    environment: more.environment ?? { PATH: process.env['PATH'] },
    log: { info: log, warn: log, error: log },
    onEnded(action, outcome) {
      ended.push({ action, outcome });
      check();
    },
  });
  return {
    ...{ actions, ended, folder, logged },
    read: (name: string) => readFileSync(join(folder, name), 'utf8'),
    /** Resolves once so many actions have ended. */
    endedTimes: (count: number) =>
      new Promise<Ended[]>((resolve) => {
        check = () => void (ended.length >= count && resolve([...ended]));
        check();
      }),
  };
}

export interface Posted {
  headers: IncomingHttpHeaders;
  body: string;
  url: string | undefined;
}

/** Answers each request with the next of these, the last one for ever; `hang up` breaks the connection. */
export async function startWebhook(...answers: (number | 'hang up')[]) {
  const posted: Posted[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      const answer = answers[Math.min(posted.length, answers.length - 1)] ?? 200;
      posted.push({ headers: request.headers, body, url: request.url });
      if (answer === 'hang up') request.socket.destroy();
      else response.writeHead(answer, { Location: '/elsewhere' }).end('what it says is not read');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    posted,
    url: `http://127.0.0.1:${port}/hooks/secret-path`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A clock whose waits are over at once, and written down. */
export function hastyClock(): Clock & { waited: number[] } {
  const waited: number[] = [];
  return {
    ...localClock,
    waited,
    after(delayMs, callback) {
      waited.push(delayMs);
      return localClock.after(0, callback);
    },
  };
}
