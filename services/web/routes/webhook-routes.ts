// Where trackers and forges send their webhooks. They come from anywhere, and are judged by their signatures alone.
// It must never acknowledge one that is not stored, nor say more to whoever has not signed than why it is refused.
import { getConnInfo } from '@hono/node-server/conninfo';
import type { Context, Hono } from 'hono';
import { createWebhookIntake, type WebhookIntake } from '../../intake/webhook-intake.ts';
import type { WebhookResult } from '../../intake/webhook-outcome.ts';
import { WEBHOOK_SOURCES, type WebhookSource } from '../../intake/webhook-source.ts';
import { failure, HttpError, receipt } from '../answers.ts';
import { isLoopbackAddress } from '../http-names.ts';
import { readRawBody } from '../request-body.ts';
import type { WebOptions } from '../web-options.ts';

export const WEBHOOK_PATHS = /^\/webhooks\/(?:github|plane)$/;

const MAX_ADDRESS_CHARACTERS = 64;
const REFUSALS = {
  unconfigured: [404, 'REQUEST_INVALID'],
  unverified: [401, 'WEBHOOK_UNVERIFIED'],
  invalid: [400, 'REQUEST_INVALID'],
  content_type: [415, 'REQUEST_INVALID'],
  too_large: [413, 'REQUEST_INVALID'],
  flood: [429, 'TOO_MANY_WEBHOOKS'],
  unstored: [503, 'BROKER_UNAVAILABLE'],
} as const;

export function addWebhookRoutes(app: Hono, options: WebOptions): void {
  const { session, webhooks = { secrets: () => [] }, clock, log } = options;
  if (session === null) return;
  const { deliveries } = session;
  const intake = createWebhookIntake({ ...webhooks, deliveries, clock, log });
  for (const source of WEBHOOK_SOURCES) {
    app.post(`/webhooks/${source}`, async (context) => {
      const result = await received(intake, context, source);
      options.countWebhook?.(source, result.outcome);
      return answer(context, source, result);
    });
    app.all(`/webhooks/${source}`, () => {
      throw new HttpError(405, 'REQUEST_INVALID', 'webhooks are posted', { Allow: 'POST' });
    });
  }
}

async function received(
  intake: WebhookIntake,
  context: Context,
  source: WebhookSource,
): Promise<WebhookResult> {
  try {
    return await intake.receive({
      ...{ source, from: senderOf(context) },
      header: (name) => context.req.header(name),
      readBody: (maxBytes) => readRawBody(context, maxBytes),
    });
  } catch (error) {
    if (error instanceof HttpError) return { outcome: 'invalid', message: error.message };
    throw error;
  }
}

function answer(context: Context, source: WebhookSource, result: WebhookResult): Response {
  switch (result.outcome) {
    case 'stored':
      return receipt(context, 202, { stored: true, repeat: false });
    case 'repeat':
      return receipt(context, 200, { stored: true, repeat: true });
    case 'ignored':
      return receipt(context, result.reason === 'ping' ? 200 : 202, { ignored: result.reason });
    default: {
      const [status, code] = REFUSALS[result.outcome];
      const waitS = 'retryAfterMs' in result ? Math.ceil(result.retryAfterMs / 1_000) : null;
      const headers = waitS === null ? {} : { 'Retry-After': String(waitS) };
      const message = `${source}: ${result.message}`;
      return failure(context, new HttpError(status, code, message, { ...headers }));
    }
  }
}

/** Who asks; through a proxy on this machine, whom it says it asks for. Others could say anything. */
function senderOf(context: Context): string {
  const { address = '' } = getConnInfo(context).remote;
  const forwarded = context.req.header('x-forwarded-for')?.split(',').at(-1)?.trim();
  const isTold = forwarded !== undefined && forwarded !== '' && isLoopbackAddress(address);
  return (isTold ? forwarded : address).slice(0, MAX_ADDRESS_CHARACTERS);
}
