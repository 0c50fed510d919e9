// How each source of webhooks writes them: where the signature stands, what it is made of, and what the rest is called.
// It must never look into a body whose signature was not found right.
import { isGitHubSignature } from '../../transport/github/webhook-signature.ts';
import { isPlaneSignature, readPlaneDelivery } from '../../transport/plane/delivery.ts';
import type { WebhookSource } from './webhook-source.ts';

/** Reads a header, whatever its case. */
export type HeaderReader = (name: string) => string | undefined;

export interface WebhookForm {
  signatureHeader: string;
  /** The media types that are read. */
  contentTypes: readonly string[];
  isSigned(secret: string, body: Uint8Array, signature: string): boolean | Promise<boolean>;
  /** What it is called; or in words why it is no webhook, or one about nothing of ours. */
  read(
    header: HeaderReader,
    payload: object,
  ): WebhookName | { invalid: string } | { ignored: string };
}

export interface WebhookName {
  /** The same when it is sent again. */
  id: string;
  event: string;
}

const JSON_TYPE = 'application/json';
const FORM_TYPE = 'application/x-www-form-urlencoded';

export const WEBHOOK_FORMS: Readonly<Record<WebhookSource, WebhookForm>> = {
  github: {
    signatureHeader: 'X-Hub-Signature-256',
    // The second is what GitHub proposes for a new webhook.
    contentTypes: [JSON_TYPE, FORM_TYPE],
    isSigned: isGitHubSignature,
    read: readGitHub,
  },
  plane: {
    signatureHeader: 'X-Plane-Signature',
    contentTypes: [JSON_TYPE],
    isSigned: isPlaneSignature,
    read: readPlane,
  },
};

export interface WebhookContent {
  /** JSON, as it was sent. */
  text: string;
  payload: object;
}

const EVENT = /^[a-z0-9_.]{1,64}$/;
const ID = /^[\w-]{1,128}$/;

/** The media type of a header, in small letters and without its parameters. */
export function mediaTypeOf(header: string | undefined): string {
  return (header ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
}

/** What a verified webhook says; null when it is no object of JSON. */
export function contentOf(body: Uint8Array, mediaType: string): WebhookContent | null {
  const text = jsonIn(body, mediaType);
  const payload = text === null ? null : parsed(text);
  return text === null || payload === null ? null : { text, payload };
}

function readGitHub(header: HeaderReader): WebhookName | { invalid: string } {
  const event = header('X-GitHub-Event') ?? '';
  const id = header('X-GitHub-Delivery') ?? '';
  if (!EVENT.test(event)) return { invalid: 'X-GitHub-Event is missing, or names no event' };
  if (!ID.test(id)) return { invalid: 'X-GitHub-Delivery is missing, or is no id' };
  return { id, event };
}

function readPlane(header: HeaderReader, payload: object): WebhookName | { ignored: string } {
  const delivery = readPlaneDelivery({ 'x-plane-delivery': header('X-Plane-Delivery') }, payload);
  if ('refused' in delivery) return { ignored: delivery.refused };
  const { deliveryId: id, event } = delivery;
  return EVENT.test(event) ? { id, event } : { ignored: 'it names its event in an unknown way' };
}

function jsonIn(body: Uint8Array, mediaType: string): string | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(body);
    return mediaType === FORM_TYPE ? new URLSearchParams(text).get('payload') : text;
  } catch {
    return null;
  }
}

function parsed(text: string): object | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}
