// Webhooks as trackers and forges send them: signed, over a real connection, to a real server on a real nats-server.
import { createHmac } from 'node:crypto';
import type { WebhookOptions } from '../../../services/intake/webhook-intake.ts';
import type { WebOptions } from '../../../services/web/web-options.ts';
import { type Answer, type Asking, startWebFixture, type WebFixture } from './web-fixture.ts';

const GITHUB_SECRET = 'secret-of-github-0123456789';
const PLANE_SECRET = 'secret-of-plane-0123456789';
const SECRETS: ReturnType<WebhookOptions['secrets']> = [
  { connection: 'github-old', source: 'github', secret: 'another-secret' },
  { connection: 'github-main', source: 'github', secret: GITHUB_SECRET },
  { connection: 'plane-main', source: 'plane', secret: PLANE_SECRET },
];

/** Marks every delivery of this process: the stream is shared by the tests of a file. */
let made = 0;

export function newDeliveryId(): string {
  made += 1;
  return `72d3162e-cc78-11e3-81ab-${String(made).padStart(12, '0')}`;
}

export interface WebhookFixture extends WebFixture {
  /** Every outcome that was counted, as `github stored`. */
  counted: string[];
  /** As GitHub sends it: signed with the right secret, unless the headers say otherwise. */
  gitHub(event: string, payload: unknown, asking?: Asking & { id?: string }): Promise<Answer>;
  plane(payload: unknown, asking?: Asking & { id?: string }): Promise<Answer>;
}

export type WebhookFixtureOptions = Partial<WebhookOptions> &
  Partial<Pick<WebOptions, 'session' | 'clock' | 'address'>>;

export async function startWebhookFixture({
  session,
  clock,
  address,
  ...options
}: WebhookFixtureOptions = {}): Promise<WebhookFixture> {
  const counted: string[] = [];
  const fixture = await startWebFixture({
    webhooks: { secrets: () => SECRETS, ...options },
    countWebhook: (source, outcome) => void counted.push(`${source} ${outcome}`),
    ...(session === undefined ? {} : { session }),
    ...(clock === undefined ? {} : { clock }),
    ...(address === undefined ? {} : { address }),
  });
  const post = (path: string, payload: unknown, { headers, ...asking }: Asking) =>
    fixture.ask(path, { method: 'POST', body: bodyOf(payload), headers: headers ?? {}, ...asking });
  return {
    ...{ ...fixture, counted },
    gitHub: (event, payload, { id = newDeliveryId(), headers = {}, ...asking } = {}) =>
      post('/webhooks/github', payload, {
        ...asking,
        headers: {
          'content-type': 'application/json',
          'user-agent': 'GitHub-Hookshot/044aadd',
          'x-github-event': event,
          'x-github-delivery': id,
          'x-hub-signature-256': gitHubSignature(bodyOf(asking.body ?? payload)),
          ...headers,
        },
      }),
    plane: (payload, { id = newDeliveryId(), headers = {}, ...asking } = {}) =>
      post('/webhooks/plane', payload, {
        ...asking,
        headers: {
          'content-type': 'application/json',
          'x-plane-delivery': id,
          'x-plane-signature': digest(PLANE_SECRET, bodyOf(asking.body ?? payload)),
          ...headers,
        },
      }),
  };
}

export function gitHubSignature(body: string | Uint8Array, secret = GITHUB_SECRET): string {
  return `sha256=${digest(secret, body)}`;
}

function digest(secret: string, body: string | Uint8Array): string {
  return createHmac('sha256', secret).update(body).digest('hex');
}

/** What is text or bytes already goes out as it is. */
function bodyOf(payload: unknown): string | Uint8Array {
  const isRaw = typeof payload === 'string' || payload instanceof Uint8Array;
  return isRaw ? payload : JSON.stringify(payload);
}
