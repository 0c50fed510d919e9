// Deployments, all or one, as documents, and streams that say when they have changed.
import type { Hono } from 'hono';
import { readDeploymentPage, readDeployments } from '../../queries/deployment-pages.ts';
import { document } from '../answers.ts';
import { recordStream } from '../record-stream.ts';
import { deploymentIn } from '../request-address.ts';
import type { Served } from '../served.ts';

export function addDeploymentRoutes(app: Hono, served: Served): void {
  const { session, clock, readings, streams } = served;
  app.get('/api/deployments', async (context) => {
    const list = await readings.read(context.req.path, () => readDeployments(session));
    return document(context, clock.nowMs(), list);
  });
  app.get('/api/deployments/stream', (context) =>
    streams.open(context, recordStream(session, 'deployment')),
  );
  app.get('/api/deployments/:project/:environment', async (context) => {
    const which = deploymentIn(context);
    const page = await readings.read(context.req.path, () => readDeploymentPage(session, which));
    return document(context, clock.nowMs(), page);
  });
  app.get('/api/deployments/:project/:environment/stream', (context) => {
    const { project, environment } = deploymentIn(context);
    return streams.open(context, recordStream(session, 'deployment', `${project}.${environment}`));
  });
}
