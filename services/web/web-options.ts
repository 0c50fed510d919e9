// What it takes to serve the page, the health of the process and its metrics, and what is served then. Types only.
import type { Inspector } from '../../transport/nats/inspector.ts';
import type { Clock } from '../../transport/ports.ts';
import type { Log } from '../actors/log.ts';
import type { HttpAddress } from '../config/http-address.ts';
import type { WebhookOptions } from '../intake/webhook-intake.ts';
import type { WebhookOutcome } from '../intake/webhook-outcome.ts';
import type { WebhookSource } from '../intake/webhook-source.ts';
import type { Health } from './health.ts';

/** As a registry of prom-client is. */
export interface MetricsSource {
  contentType: string;
  metrics(): Promise<string>;
}

/** Counts what becomes of webhooks. */
export type WebhookCount = (source: WebhookSource, outcome: WebhookOutcome) => void;

export interface WebOptions {
  /**
   * A connection of its own, so that no reader slows the host's; the caller closes it. Null for a process that
   * serves its health and metrics and no page.
   */
  session: Inspector | null;
  address: HttpAddress;
  /** Take another port when this one is taken: nobody has asked for this very one. */
  isPortFlexible?: boolean;
  /** Needed for writing, and beyond loopback for reading as well. */
  token: string;
  health: Health;
  metrics: MetricsSource | null;
  /** How webhooks are verified; without it, or without a session, they are served nowhere. */
  webhooks?: WebhookOptions | undefined;
  countWebhook?: WebhookCount | undefined;
  /** Where the logs of the runs lie. */
  stateDirectory: string;
  /** In whose name events are sent, `operator:<user>`. */
  operator: string;
  log: Log;
  clock: Clock;
}

export interface RunningWeb {
  /** As it is opened on this machine: `http://127.0.0.1:7717/`. */
  url: string;
  address: HttpAddress;
  /** Whether only this machine reaches it. */
  isLoopback: boolean;
  /** Ends every stream and request, and gives the port back. */
  close(): Promise<void>;
}
