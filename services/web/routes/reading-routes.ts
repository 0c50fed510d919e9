// Items, runs, reasons and the fleet, each as one document.
import type { Context, Hono } from 'hono';
import { readFleet } from '../../queries/fleet-reading.ts';
import { readItem } from '../../queries/item-reading.ts';
import { readRun } from '../../queries/run-reading.ts';
import { readWhy } from '../../queries/why.ts';
import { document } from '../answers.ts';
import { itemIn, runIn } from '../request-address.ts';
import type { Served } from '../served.ts';

export function addReadingRoutes(app: Hono, { session, clock }: Served): void {
  const answer = async (context: Context, reading: Promise<object>) => {
    const view = await reading;
    return document(context, clock.nowMs(), view);
  };
  app.get('/api/items/:project/:item', (context) =>
    answer(context, readItem(session, itemIn(context))),
  );
  app.get('/api/runs/:project/:item/:stage/:attempt', (context) =>
    answer(context, readRun(session, runIn(context))),
  );
  app.get('/api/why/:project/:item', (context) =>
    answer(context, readWhy(session, itemIn(context))),
  );
  app.get('/api/why/:project/:item/:stage/:attempt', (context) =>
    answer(context, readWhy(session, runIn(context))),
  );
  app.get('/api/fleet', (context) => answer(context, readFleet(session)));
}
