// Whether this process lives, whether it can do its work now, and what it counts.
import type { Hono } from 'hono';
import { HttpError } from '../answers.ts';
import type { WebOptions } from '../web-options.ts';

export function addHealthRoutes(
  app: Hono,
  { health, metrics }: Pick<WebOptions, 'health' | 'metrics'>,
): void {
  app.get('/livez', (context) => context.json({ v: 1, isOk: true }));
  app.get('/readyz', async (context) => {
    const checks = await health.check();
    const isOk = checks.every((check) => check.isOk);
    return context.json({ v: 1, isOk, checks }, isOk ? 200 : 503);
  });
  app.get('/metrics', async (context) => {
    if (metrics === null) {
      throw new HttpError(404, 'REQUEST_INVALID', 'this process counts nothing');
    }
    return context.body(await metrics.metrics(), 200, { 'Content-Type': metrics.contentType });
  });
}
