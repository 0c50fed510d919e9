// Whether a process can do its work now, as the sum of what its parts say.
// It must never wait for long: whoever asks decides by the answer whether to send work here.
import type { Clock } from '../../transport/ports.ts';
import { withTimeLimit } from '../workers/time-limit.ts';

/** One part of a process; `detail` says in words what is missing, or how things are. */
export interface HealthCheck {
  name: string;
  isOk: boolean;
  detail: string;
}

export interface Health {
  check(): Promise<HealthCheck[]>;
}

export interface HealthParts {
  clock: Clock;
  /** Resolves when NATS has answered. */
  reachNats: () => Promise<unknown>;
  /** What the roles of this process say of themselves. */
  roles: () => HealthCheck[];
}

const NATS_LIMIT_MS = 2_000;

export function createHealth({ clock, reachNats, roles }: HealthParts): Health {
  /** One at a time: while NATS is gone every question to it stays open. */
  let reaching: Promise<unknown> | null = null;
  const reach = (): Promise<unknown> => {
    reaching ??= reachNats().finally(() => {
      reaching = null;
    });
    return reaching;
  };
  const checkNats = async (): Promise<HealthCheck> => {
    try {
      await withTimeLimit({ clock, limitMs: NATS_LIMIT_MS, subject: 'asking NATS' }, reach);
      return { name: 'nats', isOk: true, detail: 'answers' };
    } catch (error) {
      const detail = error instanceof Error ? error.message : 'does not answer';
      return { name: 'nats', isOk: false, detail };
    }
  };
  return { check: async () => [await checkNats(), ...roles()] };
}
