// Serves the page and what it asks for, the health of this process and its metrics.
// It must never do anything but read, except to send an event for somebody who has the token, and to store webhooks.
import { type Context, Hono, type MiddlewareHandler } from 'hono';
import { compress } from 'hono/compress';
import type { Clock } from '../../transport/ports.ts';
import { formatHttpAddress } from '../config/http-address.ts';
import { createAuditMemory } from '../queries/audit-memory.ts';
import { withTimeLimit } from '../workers/time-limit.ts';
import { failure, HttpError, isUnexpected } from './answers.ts';
import { createBoardIndex } from './board-index.ts';
import { createDrawnAhead } from './drawn-ahead.ts';
import { createEventStreams } from './event-streams.ts';
import { createHolders } from './holders.ts';
import { isForeign, isLoopbackAddress, isOwnName, localHostOf } from './http-names.ts';
import { openListener } from './listener.ts';
import { createLull, type Lull } from './lull.ts';
import { createPageFiles } from './page-files.ts';
import { addBoardRoutes } from './routes/board-routes.ts';
import { addChartRoutes } from './routes/chart-routes.ts';
import { addDeploymentRoutes } from './routes/deployment-routes.ts';
import { addEventRoutes } from './routes/event-routes.ts';
import { addFollowRoutes } from './routes/follow-routes.ts';
import { addHealthRoutes } from './routes/health-routes.ts';
import { addLogRoutes } from './routes/log-routes.ts';
import { addPageRoutes, pageOfNothing } from './routes/page-routes.ts';
import { addQueueRoutes } from './routes/queue-routes.ts';
import { addReadingRoutes } from './routes/reading-routes.ts';
import { addSessionRoutes } from './routes/session-routes.ts';
import { addWebhookRoutes, WEBHOOK_PATHS } from './routes/webhook-routes.ts';
import type { Served } from './served.ts';
import { createSharedReadings } from './shared-readings.ts';
import { createVisitors, provenanceOf, type Visitors } from './visitors.ts';
import type { RunningWeb, WebOptions } from './web-options.ts';

/** How long an answer may take, in milliseconds; a stream only has to begin in time. */
const ANSWER_LIMIT_MS = 30_000;
/** Served to everybody who reaches this server: what asks for the token, and what watches over the process. */
const OPEN_PATHS =
  /^\/(?:$|items\/|runs\/|fleet$|(?:queues|deployments)(?:$|\/)|page\/|api\/session$|livez$|readyz$)/;
/** What watches over a process calls it by names of its own. Beyond loopback they lead nobody in: the token does. */
const WATCHED_PATHS = /^\/(?:livez|readyz|metrics)$/;

/** @throws HTTP_ADDRESS_UNAVAILABLE */
export async function startWeb(options: WebOptions): Promise<RunningWeb> {
  const { clock, log, token, address, isPortFlexible = false } = options;
  const listener = await openListener({ address, isPortFlexible, clock });
  const isLoopback = isLoopbackAddress(listener.boundTo);
  const host = localHostOf(listener.address.host);
  const url = `http://${formatHttpAddress({ ...listener.address, host })}/`;
  if (!isLoopback) {
    log.warn({ url }, 'the page is served beyond loopback without encryption: put TLS before it');
  }
  const visitors = createVisitors({ token, isLoopback });
  const lull = createLull(clock);
  const app = new Hono();
  app.use(accessLog(options), counted(lull), compress(), gate(options, { visitors, isLoopback }));
  app.use(timeLimit(clock));
  app.onError((error, context) => {
    if (isUnexpected(error)) log.error({ err: error, path: context.req.path }, 'a request failed');
    return failure(context, error);
  });
  app.notFound(nothingServed);
  addHealthRoutes(app, options);
  addWebhookRoutes(app, options);
  const closePage = addPage(app, options, { visitors, lull });
  listener.serve(app.fetch as Parameters<typeof listener.serve>[0]);

  return {
    ...{ url, isLoopback, address: listener.address },
    async close() {
      await closePage();
      await listener.close();
    },
  };
}

function nothingServed(context: Context): Response {
  const error = new HttpError(404, 'REQUEST_INVALID', 'nothing is served under this address');
  return failure(context, error);
}

/** Everything that is read from NATS; nothing for a process that has no session. */
function addPage(
  app: Hono,
  { session, log, clock, operator, stateDirectory }: WebOptions,
  { visitors, lull }: { visitors: Visitors; lull: Lull },
): () => Promise<void> {
  if (session === null) return async () => {};
  const streams = createEventStreams({ clock, connection: session.connection });
  const pause = () => new Promise<void>((resolve) => void clock.after(0, resolve));
  const served: Served = {
    ...{ clock, visitors, streams, operator, stateDirectory, log },
    session: { ...session, auditMemory: createAuditMemory(), pause },
    readings: createSharedReadings(),
  };
  const board = createBoardIndex({ session, log, pause: lull.wait });
  const holders = createHolders(session, clock);
  const drawnAhead = createDrawnAhead({ clock, log });
  const files = createPageFiles();
  addPageRoutes(app, { files, drawnAhead });
  app.notFound(async (context) => (await pageOfNothing(context, files)) ?? nothingServed(context));
  addSessionRoutes(app, served);
  addBoardRoutes(app, { ...served, board, holders });
  addReadingRoutes(app, served);
  addQueueRoutes(app, served);
  addDeploymentRoutes(app, served);
  addFollowRoutes(app, served);
  addLogRoutes(app, served);
  addEventRoutes(app, served);
  addChartRoutes(app, served);
  return async () => {
    streams.close();
    drawnAhead.close();
    await board.close();
  };
}

/** Whom it lets through to the routes. What a route writes it guards itself. */
function gate(
  { address }: WebOptions,
  { visitors, isLoopback }: { visitors: Visitors; isLoopback: boolean },
): MiddlewareHandler {
  return async (context, next) => {
    const { path } = context.req;
    // They say who they are by their signatures, and come by whatever name a proxy goes.
    if (WEBHOOK_PATHS.test(path)) return next();
    const provenance = provenanceOf(context);
    const isNameFree = !isLoopback && WATCHED_PATHS.test(path);
    if (!isNameFree && !isOwnName(provenance.host, address)) {
      throw new HttpError(421, 'ORIGIN_REFUSED', 'this server does not go by that name');
    }
    const { method } = context.req.raw;
    if (!['GET', 'HEAD', 'POST'].includes(method)) {
      throw new HttpError(405, 'REQUEST_INVALID', `${method} is not served`, {
        Allow: 'GET, HEAD, POST',
      });
    }
    const isData = !OPEN_PATHS.test(path);
    if (isData && isForeign(provenance)) {
      throw new HttpError(403, 'ORIGIN_REFUSED', 'another site asks for this');
    }
    if (isData) visitors.assertMayRead(context);
    await next();
  };
}

/** A stream counts only until it has begun. */
function counted(lull: Lull): MiddlewareHandler {
  return async (_, next) => {
    const end = lull.begin();
    await next().finally(end);
  };
}

function timeLimit(clock: Clock): MiddlewareHandler {
  return async (_, next) => {
    const limit = { clock, limitMs: ANSWER_LIMIT_MS, subject: 'the answer' };
    // What is done only after that is dropped: a stream sees by itself that it has no reader any more.
    await withTimeLimit(limit, () => next());
  };
}

/** Never what was asked with, such as a token: the path, and how it went. */
function accessLog({ log, clock }: WebOptions): MiddlewareHandler {
  return async (context, next) => {
    const startedMs = clock.monotonicMs();
    await next();
    const durationMs = Math.round(clock.monotonicMs() - startedMs);
    const { method, path } = context.req;
    log.debug?.({ method, path, status: context.res.status, durationMs }, 'served');
  };
}
