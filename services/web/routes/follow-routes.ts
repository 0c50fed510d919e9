// What happens to one item and its runs, as a stream that a browser resumes by itself.
import type { Hono } from 'hono';
import { itemStream } from '../item-stream.ts';
import { itemIn } from '../request-address.ts';
import type { Served } from '../served.ts';

export function addFollowRoutes(app: Hono, served: Served): void {
  app.get('/api/follow/:project/:item', (context) => {
    const lastEventId = context.req.header('last-event-id');
    return served.streams.open(context, itemStream(served, itemIn(context), lastEventId));
  });
}
