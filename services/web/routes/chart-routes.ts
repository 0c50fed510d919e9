// Charts of machines, pipelines and items, as pictures and as text. Drawing is loaded when it is first asked for.
// It must never draw a state that the machine does not have.
import type { Context, Hono } from 'hono';
import type { ActorKind } from '../../../machines/address.ts';
import { identifierSchema } from '../../../machines/identifier.ts';
import { ACTOR_KINDS } from '../../../machines/registry.ts';
import { OncewardError } from '../../../transport/errors.ts';
import type { ChartStage } from '../../charts/chart-graph.ts';
import type { Drawing } from '../../charts/drawing.ts';
import { readProject } from '../../project-registry.ts';
import { readItemProgress } from '../../queries/item-progress.ts';
import { assertState } from '../../queries/state-names.ts';
import { parseItemAddress } from '../../queries/user-address.ts';
import { document, HttpError } from '../answers.ts';
import type { Served } from '../served.ts';

const FILE = /^(?<name>[^./]{1,200})\.(?<format>svg|png|mmd|json)$/;

export function addChartRoutes(app: Hono, served: Served): void {
  app.get('/charts/:file', async (context) => {
    const { name, format } = fileIn(context);
    return drawn(context, served, format, machineNamed(name, context.req.query('state')));
  });
  app.get('/charts/pipelines/:file', async (context) => {
    const { name, format } = fileIn(context);
    return drawn(context, served, format, pipelineOf(served, name, context.req.query('state')));
  });
  app.get('/charts/items/:project/:file', async (context) => {
    const { name, format } = fileIn(context);
    const address = `${context.req.param('project')}/${name}`;
    return drawn(context, served, format, itemAt(served, address));
  });
}

/** @throws USAGE */
async function machineNamed(name: string, state: string | undefined): Promise<Drawing> {
  const kind = ACTOR_KINDS.find((known: ActorKind) => known === name);
  if (kind === undefined) throw nothing();
  if (state !== undefined) assertState(kind, state);
  const { machineDrawing } = await import('../../charts/drawing.ts');
  return machineDrawing(kind, { lit: state === undefined ? [] : [state] });
}

/** @throws ACTOR_NOT_FOUND */
async function pipelineOf(
  { session }: Served,
  project: string,
  stage: string | undefined,
): Promise<Drawing> {
  const isName = identifierSchema.safeParse(project).success;
  const pipeline = !isName ? null : await readProject(session.bucket('onceward-projects'), project);
  if (pipeline === null) {
    throw new OncewardError('ACTOR_NOT_FOUND', 'no project of this name is registered');
  }
  const stages = pipeline.stages.map(
    ({ name, kind, onFail = null, onReject = null }): ChartStage => ({
      ...{ name, kind, onFail, onReject },
    }),
  );
  const { pipelineDrawing } = await import('../../charts/drawing.ts');
  const lit = stages.filter(({ name }) => name === stage).map(({ name }) => name);
  return pipelineDrawing(pipeline.name, stages, { lit });
}

/** @throws ACTOR_NOT_FOUND, USAGE */
async function itemAt({ session }: Served, address: string): Promise<Drawing> {
  const { pipeline, ...item } = await readItemProgress(session, parseItemAddress(address));
  const { pipelineDrawing } = await import('../../charts/drawing.ts');
  const title = `item ${item.address}: ${item.state}`;
  const lit = item.stage === null ? [] : [item.stage];
  return pipelineDrawing(pipeline.name, pipeline.stages, { title, lit });
}

async function drawn(
  context: Context,
  { clock }: Served,
  format: string,
  drawing: Promise<Drawing>,
): Promise<Response> {
  const chart = await drawing;
  if (format === 'json') return document(context, clock.nowMs(), chart.document);
  if (format === 'mmd') return context.text(`${chart.mermaid}\n`);
  const { pngOf, svgOf } = await import('../../charts/drawing.ts');
  if (format === 'svg') {
    return context.body(await svgOf(chart), 200, { 'Content-Type': 'image/svg+xml' });
  }
  const png = new Uint8Array(await pngOf(chart));
  return context.body(png, 200, { 'Content-Type': 'image/png' });
}

function fileIn(context: Context): { name: string; format: string } {
  const { name, format } = FILE.exec(context.req.param('file') ?? '')?.groups ?? {};
  if (name === undefined || format === undefined) throw nothing();
  return { name, format };
}

function nothing(): HttpError {
  const message = 'there is no such chart; forms are svg, png, mmd and json';
  return new HttpError(404, 'REQUEST_INVALID', message);
}
