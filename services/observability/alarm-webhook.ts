// Posts an alarm to a webhook, a few times until it is taken, always under the same key.
// It must never say more of the address than its origin: the rest may be a secret.
import { createHmac } from 'node:crypto';
import type { Clock } from '../../transport/ports.ts';
import type { AlarmNotice } from './alarm-notice.ts';
import { postUntilTaken } from './alarm-post.ts';

export interface AlarmWebhookOptions {
  url: string;
  /** Signs the body; null leaves it unsigned. */
  secret: string | null;
  clock: Clock;
  /** Aborted when the host ends. */
  signal: AbortSignal;
}

/** Null once it was taken, otherwise why not, in words. Never rejects. */
export async function postAlarm(
  notice: AlarmNotice,
  { url, secret, clock, signal }: AlarmWebhookOptions,
): Promise<string | null> {
  const body = JSON.stringify(notice);
  const headers = headersOf(notice, body, secret);
  const problem = await postUntilTaken({ url, body, headers, clock, signal });
  if (problem === null) return null;
  return `${URL.canParse(url) ? new URL(url).origin : 'the webhook'}: ${problem}`;
}

function headersOf(
  notice: AlarmNotice,
  body: string,
  secret: string | null,
): Record<string, string> {
  const signature =
    secret === null ? null : createHmac('sha256', secret).update(body).digest('hex');
  return {
    'Idempotency-Key': notice.id,
    ...(signature === null ? {} : { 'X-Onceward-Signature-256': `sha256=${signature}` }),
  };
}
