// Takes a webhook in: who sent it, what it is about, and whether it is stored. Acknowledged is only what is stored.
// It must never parse what is not signed, hold more than it may, or write a secret or a payload into a log.
import { toToken } from '../../machines/identifier.ts';
import { createAdmission } from '../../transport/nats/admission.ts';
import type { Deliveries } from '../../transport/nats/deliveries.ts';
import type { Clock } from '../../transport/ports.ts';
import type { Log } from '../actors/log.ts';
import { deliveryHint, type Hint } from './delivery-hint.ts';
import { createTokenBuckets } from './token-buckets.ts';
import {
  contentOf,
  type HeaderReader,
  mediaTypeOf,
  WEBHOOK_FORMS,
  type WebhookContent,
  type WebhookForm,
  type WebhookName,
} from './webhook-forms.ts';
import type { WebhookResult } from './webhook-outcome.ts';
import type { WebhookSource } from './webhook-source.ts';

export interface WebhookSecret {
  /** Name of the connection of the configuration. Two secrets of one connection are both valid. */
  connection: string;
  source: WebhookSource;
  secret: string;
}

export interface WebhookOptions {
  /** Read anew for each webhook: secrets change while this runs. */
  secrets: () => readonly WebhookSecret[];
  /** Whether a project watches what this is about; everything is stored where it is left out. */
  isOurs?: ((hint: Hint) => boolean) | undefined;
  /** Largest body, in bytes. Defaults to 25 MiB, the default of `settings.webhookBytes`. */
  maxBytes?: number | undefined;
}

export interface WebhookIntakeOptions extends WebhookOptions {
  deliveries: Pick<Deliveries, 'store'>;
  clock: Pick<Clock, 'monotonicMs'>;
  log: Log;
}

export interface ArrivingWebhook {
  source: WebhookSource;
  /** Address of the sender. */
  from: string;
  header: HeaderReader;
  /** Reads the body up to a size; null when it is larger. */
  readBody: (maxBytes: number) => Promise<Uint8Array | null>;
}

export interface WebhookIntake {
  /** @throws what `readBody` throws */
  receive(webhook: ArrivingWebhook): Promise<WebhookResult>;
}

const MAX_BYTES_DEFAULT = 25 * 1_024 * 1_024;
/** Bodies that are held at the same time. */
const IN_FLIGHT = { maxCount: 64, maxBytes: 64 * 1_024 * 1_024 };
/** Behind a proxy that does not say for whom it asks, all senders are one. */
const FLOOD = { burst: 1_000, perSecond: 100, maxSenders: 1_000 };
const BUSY_RETRY_MS = 1_000;
const UNSTORED_RETRY_MS = 10_000;
/** A misconfigured webhook is worth a line; a flood of forged ones is not worth a flood of lines. */
const WARN_EVERY_MS = 60_000;

export function createWebhookIntake(options: WebhookIntakeOptions): WebhookIntake {
  const { secrets, clock, log, maxBytes = MAX_BYTES_DEFAULT } = options;
  const admission = createAdmission(IN_FLIGHT);
  const buckets = createTokenBuckets(clock, FLOOD);
  const warn = rarely(clock, (source) =>
    log.warn({ source }, 'a webhook is not signed with the secret of any connection'),
  );

  const take = async (
    webhook: ArrivingWebhook,
    known: readonly WebhookSecret[],
  ): Promise<WebhookResult> => {
    const { source, header } = webhook;
    const form = WEBHOOK_FORMS[source];
    const body = await webhook.readBody(maxBytes);
    if (body === null) return tooLarge(maxBytes);
    const connection = await signerOf({ form, known, body, header });
    if (connection === null) {
      warn(source);
      return unverified(form, header);
    }
    const content = contentOf(body, mediaTypeOf(header('content-type')));
    if (content === null) return refusal('invalid', 'the body holds no JSON object in UTF-8');
    const name = form.read(header, content.payload);
    if ('invalid' in name) return refusal('invalid', name.invalid);
    if ('ignored' in name) return { outcome: 'ignored', reason: name.ignored };
    return keep(options, { source, connection, ...name, ...content });
  };

  return {
    async receive(webhook) {
      const { source, from, header } = webhook;
      const known = secrets().filter((one) => one.source === source);
      if (known.length === 0) return unconfigured(source);
      const waitMs = buckets.take(from);
      if (waitMs > 0) return flood(waitMs);
      const { contentTypes } = WEBHOOK_FORMS[source];
      if (!contentTypes.includes(mediaTypeOf(header('content-type')))) {
        return refusal('content_type', `the body must be ${contentTypes.join(' or ')}`);
      }
      const announced = header('content-length');
      const bytes = announced === undefined ? maxBytes : Number(announced);
      if (!(bytes <= maxBytes)) return tooLarge(maxBytes);
      const leave = admission.enter(bytes);
      if (leave === null) return flood(BUSY_RETRY_MS);
      return take(webhook, known).finally(leave);
    },
  };
}

/** The connection whose secret it was signed with; null when it was with none. */
async function signerOf(given: {
  form: WebhookForm;
  known: readonly WebhookSecret[];
  body: Uint8Array;
  header: HeaderReader;
}): Promise<string | null> {
  const { form, known, body, header } = given;
  const signature = header(form.signatureHeader);
  if (signature === undefined) return null;
  for (const { connection, secret } of known) {
    if (await form.isSigned(secret, body, signature)) return connection;
  }
  return null;
}

interface Signed extends WebhookName, WebhookContent {
  source: WebhookSource;
  connection: string;
}

async function keep(
  { isOurs = () => true, deliveries, log }: WebhookIntakeOptions,
  { source, connection, id, event, text, payload }: Signed,
): Promise<WebhookResult> {
  const hint = deliveryHint(source, event, payload);
  if ('ignored' in hint) return { outcome: 'ignored', reason: hint.ignored };
  if (!isOurs(hint)) {
    return { outcome: 'ignored', reason: `no project watches ${hint.repository}` };
  }
  try {
    const { isRepeat } = await deliveries.store({
      ...{ source, id, connection, event: toToken(event) },
      ...{ hint: JSON.stringify(hint), payload: text },
    });
    return { outcome: isRepeat ? 'repeat' : 'stored' };
  } catch (err) {
    log.warn({ err, source, event, delivery: id }, 'a webhook could not be stored');
    const message = 'it could not be stored: NATS does not take it at the moment';
    return { outcome: 'unstored', message, retryAfterMs: UNSTORED_RETRY_MS };
  }
}

function refusal(outcome: 'invalid' | 'content_type', message: string): WebhookResult {
  return { outcome, message };
}

function tooLarge(maxBytes: number): WebhookResult {
  return { outcome: 'too_large', message: `the body has more than ${maxBytes} bytes` };
}

function unverified({ signatureHeader }: WebhookForm, header: HeaderReader): WebhookResult {
  const isMissing = header(signatureHeader) === undefined;
  const wrong = `${signatureHeader} was made with no secret of a connection`;
  const missing = `${signatureHeader} is missing: give the webhook a secret`;
  return { outcome: 'unverified', message: isMissing ? missing : wrong };
}

function unconfigured(source: WebhookSource): WebhookResult {
  const message = `no connection of kind ${source} has a secret for webhooks (webhookSecretVariable)`;
  return { outcome: 'unconfigured', message };
}

function flood(retryAfterMs: number): WebhookResult {
  return { outcome: 'flood', message: 'too many webhooks at once', retryAfterMs };
}

function rarely(
  clock: Pick<Clock, 'monotonicMs'>,
  work: (source: WebhookSource) => void,
): (source: WebhookSource) => void {
  const lastMs = new Map<WebhookSource, number>();
  return (source) => {
    const nowMs = clock.monotonicMs();
    const isSoon = nowMs - (lastMs.get(source) ?? Number.NEGATIVE_INFINITY) < WARN_EVERY_MS;
    if (isSoon) return;
    lastMs.set(source, nowMs);
    work(source);
  };
}
