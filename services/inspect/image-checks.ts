// Whether this machine can ask image registries, where the configuration has stages that deploy.
// It must never ask a registry anything, nor fail for what no stage asks for.
import type { Stage } from '../../machines/pipeline.ts';
import { programVersion } from '../../transport/process/program-version.ts';
import type { HostEnvironment } from '../workers/agent-environment.ts';
import { type Check, failed, passed } from './check.ts';

export interface ImageCheckOptions {
  /** Of all pipelines. */
  stages: readonly Pick<Stage, 'name' | 'deploy'>[];
  /** As a worker on this machine would have it. */
  environment: HostEnvironment;
}

/** None where no stage deploys. */
export async function imageChecks({ stages, environment }: ImageCheckOptions): Promise<Check[]> {
  const stage = stages.find(({ deploy }) => deploy !== undefined);
  if (stage === undefined) return [];
  const found = await programVersion('skopeo', environment);
  if ('version' in found) return [passed('skopeo', found.version)];
  const remedy = 'install it in the PATH of the workers (Debian: skopeo)';
  return [failed('skopeo', `stage "${stage.name}" needs it: ${found.reason}; ${remedy}`)];
}
