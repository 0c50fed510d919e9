// What `onceward graph` is asked to draw: a machine, a configured pipeline, or what stands at an address.
// Only an address asks NATS.
import { stateName } from '../../machines/record.ts';
import { ACTOR_KINDS } from '../../machines/registry.ts';
import { OncewardError } from '../../transport/errors.ts';
import type { ChartStage } from '../charts/chart-graph.ts';
import { type Drawing, machineDrawing, pipelineDrawing } from '../charts/drawing.ts';
import { shown } from '../config/issue-findings.ts';
import { nearestName } from '../config/nearest-name.ts';
import { listed, suggestion } from '../config/problems.ts';
import { openConfiguration } from '../config/reload.ts';
import type { Configuration } from '../config/schema.ts';
import { requireActor } from '../queries/absent-actor.ts';
import { readItem } from '../queries/item-reading.ts';
import { withSession } from '../queries/session.ts';
import { assertState } from '../queries/state-names.ts';
import { parseUserAddress, userAddress } from '../queries/user-address.ts';
import type { CommandContext } from './command-context.ts';

const PIPELINE = /^pipeline:(.*)$/s;

/** @throws ACTOR_NOT_FOUND, BROKER_UNAVAILABLE, CONFIG_INVALID, USAGE */
export async function drawingOf(
  context: CommandContext,
  what: string,
  state: string | undefined,
): Promise<Drawing> {
  const pipeline = PIPELINE.exec(what)?.[1];
  if (pipeline !== undefined) return configuredPipeline(context, pipeline, state);
  if (/[/.]/.test(what)) return addressed(context, what, state);
  const kind = ACTOR_KINDS.find((known) => known === what);
  if (kind === undefined) throw nothingToDraw(what);
  if (state !== undefined) assertState(kind, state);
  return machineDrawing(kind, { lit: state === undefined ? [] : [state] });
}

async function configuredPipeline(
  { configurationFile: file, environment: { graceMs } }: CommandContext,
  name: string,
  lit: string | undefined,
): Promise<Drawing> {
  const configuration = (await openConfiguration({ file, graceMs })).current();
  const found = pipelineNamed(configuration, name);
  const stages = found.stages.map(
    ({ name, kind, onFail = null, onReject = null }): ChartStage => ({
      ...{ name, kind, onFail, onReject },
    }),
  );
  const names = stages.map((stage) => stage.name);
  if (lit !== undefined && !names.includes(lit)) {
    const message = `the pipeline ${shown(name)} has no stage ${shown(lit)}: ${listed(names)}`;
    throw new OncewardError('USAGE', message);
  }
  return pipelineDrawing(name, stages, { lit: lit === undefined ? [] : [lit] });
}

/** By its own name, else that of a project. */
function pipelineNamed({ pipelines, projects }: Configuration, name: string) {
  const found = pipelines[name] ?? pipelines[projects[name]?.pipeline ?? ''];
  if (found !== undefined) return found;
  const names = [...new Set([...Object.keys(pipelines), ...Object.keys(projects)])];
  const hint = suggestion(nearestName(name, names)) || `: there are ${listed(names)}`;
  const message = `the configuration has no pipeline and no project ${shown(name)}${hint}`;
  throw new OncewardError('USAGE', message);
}

async function addressed(
  context: CommandContext,
  address: string,
  state: string | undefined,
): Promise<Drawing> {
  if (state !== undefined) {
    throw new OncewardError('USAGE', 'an address is drawn in its present state: leave out --state');
  }
  const user = parseUserAddress(address);
  return withSession(context, async (session) => {
    if (user.kind === 'item') {
      const { pipeline, ...item } = await readItem(session, user);
      const title = `item ${item.address}: ${item.state}`;
      const lit = item.stage === null ? [] : [item.stage];
      return pipelineDrawing(pipeline.name, pipeline.stages, { title, lit });
    }
    const { address: found, stored } = await requireActor(session, user);
    const present = stateName(stored.record.state);
    const title = `${user.kind} ${userAddress(found)}: ${present}`;
    return machineDrawing(user.kind, { title, lit: [present] });
  });
}

function nothingToDraw(what: string): OncewardError {
  const kinds = ACTOR_KINDS.join(', ');
  const message = `there is no machine ${shown(what)}: expected ${kinds}, pipeline:<name> or an address`;
  return new OncewardError('USAGE', message);
}
