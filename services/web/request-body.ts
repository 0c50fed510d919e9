// Reads what was sent: JSON of a known shape, and not too much of it.
// It must never take anything for JSON that does not say it is: forms of other sites may be sent unasked.
import type { Context } from 'hono';
import type { z } from 'zod';
import { HttpError } from './answers.ts';

/** A record may have 256 KiB, and an event no more than that. */
const MAX_BODY_BYTES = 307_200;

const JSON_TYPE = /^application\/json(?:\s*;\s*charset=utf-8)?$/i;

/** @throws REQUEST_INVALID with 400, 413 or 415 */
export async function readBody<Body>(context: Context, schema: z.ZodType<Body>): Promise<Body> {
  if (!JSON_TYPE.test(context.req.header('content-type') ?? '')) {
    throw new HttpError(415, 'REQUEST_INVALID', 'the body must be application/json');
  }
  const parsed = schema.safeParse(parseJson(await textOf(context)));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue?.path.map(String).join('.') || 'the body';
  throw new HttpError(400, 'REQUEST_INVALID', `${where}: ${issue?.message ?? 'not valid'}`);
}

/** The bytes as they were sent; null when there are more than so many. @throws REQUEST_INVALID with 400 */
export async function readRawBody(context: Context, maxBytes: number): Promise<Uint8Array | null> {
  if (Number(context.req.header('content-length') ?? 0) > maxBytes) return null;
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of context.req.raw.body ?? []) {
      bytes += chunk.length;
      // What announces no length is counted as it comes.
      if (bytes > maxBytes) return null;
      chunks.push(chunk);
    }
  } catch {
    // Whoever sent it has gone, or took too long: no fault of ours.
    throw cutShort();
  }
  return Buffer.concat(chunks, bytes);
}

async function textOf(context: Context): Promise<string> {
  const body = await readRawBody(context, MAX_BODY_BYTES);
  if (body === null) throw tooLarge();
  return new TextDecoder().decode(body);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new HttpError(400, 'REQUEST_INVALID', 'the body is not JSON');
  }
}

function tooLarge(): HttpError {
  const message = `the body has more than ${MAX_BODY_BYTES} bytes`;
  return new HttpError(413, 'REQUEST_INVALID', message);
}

function cutShort(): HttpError {
  return new HttpError(400, 'REQUEST_INVALID', 'the body ended before its end');
}
