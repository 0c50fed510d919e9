// Every way a webhook can go, as it is counted. It must never hold what somebody outside has chosen.

export const WEBHOOK_OUTCOMES = [
  'stored',
  /** It was stored within the hour before. */
  'repeat',
  /** Signed, and about nothing that anybody looks at. */
  'ignored',
  /** No connection has a secret for this source. */
  'unconfigured',
  'unverified',
  'invalid',
  'content_type',
  'too_large',
  'flood',
  /** NATS did not take it. */
  'unstored',
] as const;

export type WebhookOutcome = (typeof WEBHOOK_OUTCOMES)[number];

export type WebhookResult =
  | { outcome: 'stored' | 'repeat' }
  | { outcome: 'ignored'; reason: string }
  | {
      outcome: 'unconfigured' | 'unverified' | 'invalid' | 'content_type' | 'too_large';
      message: string;
    }
  | { outcome: 'flood' | 'unstored'; message: string; retryAfterMs: number };
