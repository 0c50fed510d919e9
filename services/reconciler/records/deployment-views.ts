// The deployments of all projects, as their records have them: entries of `onceward-deployments`.
// It must never be written to.
import type { DeploymentContext } from '../../../machines/deployment/context.ts';
import { deploymentContextOf } from '../../../machines/typed-context.ts';
import { type ActorView, type ActorViews, createActorViews } from './actor-views.ts';

export type DeploymentView = ActorView<DeploymentContext>;
export type DeploymentViews = ActorViews<DeploymentContext>;

export function createDeploymentViews(): DeploymentViews {
  return createActorViews('deployment', deploymentContextOf);
}
