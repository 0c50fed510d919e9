// Wakes whoever waits for an actor when the audit says that something happened to it.
// It must never be taken for the truth: entries may be late, and one may never come.
import { accountAddress, deploymentAddress, mergeAddress } from '../../machines/address.ts';
import { isBelow, parseAuditMessage } from './audit-entries.ts';
import type { Session } from './session.ts';
import type { UserAddress } from './user-address.ts';

export interface Pulse {
  /** Resolves at the next sign of life since the last call, or after `maxMs`. */
  next(maxMs: number): Promise<void>;
  close(): Promise<void>;
}

export async function openPulse(
  session: Pick<Session, 'openAudit' | 'clock'>,
  user: UserAddress,
): Promise<Pulse> {
  const prefix = prefixOf(user);
  const feed = await session.openAudit();
  let hasBeaten = false;
  let wake: (() => void) | null = null;

  const beat = () => {
    hasBeaten = true;
    wake?.();
  };
  const listen = async () => {
    for await (const body of feed.bodies()) {
      if (parseAuditMessage(body).some((entry) => isBelow(entry, prefix))) beat();
    }
  };
  // A feed that breaks leaves the polling, which is enough.
  listen().catch(() => {});

  return {
    async next(maxMs) {
      if (!hasBeaten) {
        await new Promise<void>((resolve) => {
          const cancel = session.clock.after(maxMs, resolve);
          wake = () => {
            cancel();
            resolve();
          };
        });
      }
      hasBeaten = false;
      wake = null;
    },
    close: () => feed.close(),
  };
}

function prefixOf(user: UserAddress): string {
  if (user.kind === 'account') return accountAddress(user.owner, user.name);
  if (user.kind === 'merge') return mergeAddress(user.project, user.branch);
  if (user.kind === 'deployment') return deploymentAddress(user.project, user.environment);
  const item = `${user.project}/${user.item}`;
  if (user.kind === 'item') return item;
  return [item, user.stage, ...(user.attempt === null ? [] : [user.attempt])].join('/');
}
