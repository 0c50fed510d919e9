// Merge queues, all or one, as documents, and streams that say when they have changed.
import type { Hono } from 'hono';
import { mergeAddress, parseAddress } from '../../../machines/address.ts';
import { readQueuePage, readQueues } from '../../queries/queue-pages.ts';
import { document } from '../answers.ts';
import { recordStream } from '../record-stream.ts';
import { queueIn } from '../request-address.ts';
import type { Served } from '../served.ts';

export function addQueueRoutes(app: Hono, served: Served): void {
  const { session, clock, readings, streams } = served;
  app.get('/api/queues', async (context) => {
    const list = await readings.read(context.req.path, () => readQueues(session));
    return document(context, clock.nowMs(), list);
  });
  app.get('/api/queues/stream', (context) => streams.open(context, recordStream(session, 'merge')));
  app.get('/api/queues/:project/:branch', async (context) => {
    const queue = queueIn(context);
    const page = await readings.read(context.req.path, () => readQueuePage(session, queue));
    return document(context, clock.nowMs(), page);
  });
  app.get('/api/queues/:project/:branch/stream', (context) => {
    const { project, branch } = queueIn(context);
    const key = parseAddress(mergeAddress(project, branch))?.key;
    return streams.open(context, recordStream(session, 'merge', key));
  });
}
