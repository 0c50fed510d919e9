// Items, runs, reasons, accounts and the fleet, each as one document.
import type { Context, Hono } from 'hono';
import { readAccounts, readFleet } from '../../queries/fleet-reading.ts';
import { readItem } from '../../queries/item-reading.ts';
import { readRun } from '../../queries/run-reading.ts';
import { readWhy } from '../../queries/why.ts';
import { document } from '../answers.ts';
import { itemIn, runIn } from '../request-address.ts';
import type { Served } from '../served.ts';

export function addReadingRoutes(app: Hono, { session, clock, readings }: Served): void {
  const answer = async (context: Context, work: () => Promise<object>) => {
    const view = await readings.read(context.req.path, work);
    return document(context, clock.nowMs(), view);
  };
  app.get('/api/items/:project/:item', (context) => {
    const item = itemIn(context);
    return answer(context, () => readItem(session, item));
  });
  app.get('/api/runs/:project/:item/:stage/:attempt', (context) => {
    const run = runIn(context);
    return answer(context, () => readRun(session, run));
  });
  app.get('/api/why/:project/:item', (context) => {
    const item = itemIn(context);
    return answer(context, () => readWhy(session, item));
  });
  app.get('/api/why/:project/:item/:stage/:attempt', (context) => {
    const run = runIn(context);
    return answer(context, () => readWhy(session, run));
  });
  app.get('/api/accounts', (context) =>
    answer(context, async () => ({ accounts: await readAccounts(session) })),
  );
  app.get('/api/fleet', (context) => answer(context, () => readFleet(session)));
}
