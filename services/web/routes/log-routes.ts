// What the command of a run has written, part by part, where it was written on this machine.
import type { Context, Hono } from 'hono';
import { runContextOf } from '../../../machines/typed-context.ts';
import { requireActor } from '../../queries/absent-actor.ts';
import { HttpError } from '../answers.ts';
import { runIn } from '../request-address.ts';
import { readRunLog } from '../run-log.ts';
import type { Served } from '../served.ts';

const WHOLE_NUMBER = /^-?\d{1,15}$/;

export function addLogRoutes(app: Hono, { session, stateDirectory }: Served): void {
  app.get('/api/logs/:project/:item/:stage/:attempt', async (context) => {
    const user = runIn(context);
    const from = numberIn(context, 'from') ?? 0;
    const run = runContextOf((await requireActor(session, user)).stored.record);
    const epoch = numberIn(context, 'epoch') ?? run.epoch;
    const part = await readRunLog(stateDirectory, { ...user, epoch }, from);
    // Nothing is wrong then: it was written on another machine, or by nobody. An error would be one in every browser.
    if (part === null) return context.body(null, 204, { 'X-Epoch': String(epoch) });
    return context.body(new Uint8Array(part.bytes), 200, {
      'Content-Type': 'text/plain; charset=utf-8',
      'X-Offset': String(part.offset),
      'X-Next-Offset': String(part.nextOffset),
      'X-Log-Size': String(part.sizeBytes),
      'X-Epoch': String(epoch),
    });
  });
}

/** Null when it is left out. @throws REQUEST_INVALID */
function numberIn(context: Context, name: string): number | null {
  const text = context.req.query(name);
  if (text === undefined || text === '') return null;
  if (WHOLE_NUMBER.test(text)) return Number(text);
  throw new HttpError(400, 'REQUEST_INVALID', `${name}: expected a whole number`);
}
