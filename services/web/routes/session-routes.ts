// What a visitor may do, and the cookie with which a browser may read beyond loopback.
// It must never say in whose name events are sent to somebody who may not read.
import type { Hono } from 'hono';
import { z } from 'zod';
import { document } from '../answers.ts';
import { readBody } from '../request-body.ts';
import type { Served } from '../served.ts';
import { assertSameOrigin } from '../visitors.ts';

const tokenSchema = z.object({ token: z.string().max(256) });

export function addSessionRoutes(app: Hono, { visitors, operator, clock }: Served): void {
  app.get('/api/session', (context) => {
    const mayRead = visitors.mayRead(context);
    const mayWrite = visitors.hasToken(context);
    const name = mayRead ? operator : null;
    return document(context, clock.nowMs(), { mayRead, mayWrite, operator: name });
  });
  app.post('/api/session', async (context) => {
    assertSameOrigin(context);
    const { token } = await readBody(context, tokenSchema);
    context.header('Set-Cookie', visitors.cookieFor(context, token));
    return context.body(null, 204);
  });
}
