// The record of a deployment as a worker reads it, never older than what the worker has been answered.
// It must never be trusted for the lease: only an answer of the deployment says who holds it.
import type { DeploymentContext } from '../../../machines/deployment/context.ts';
import { stateName } from '../../../machines/record.ts';
import { deploymentContextOf } from '../../../machines/typed-context.ts';
import type { Bucket } from '../../../transport/ports.ts';
import { decodeEntry } from '../../actors/record-cache.ts';
import type { LeasedReading } from '../lease.ts';
import type { WorkerDeps } from '../worker-deps.ts';

export interface DeployingDeps extends WorkerDeps {
  deployments: Pick<Bucket, 'read'>;
}

export interface DeploymentReading extends LeasedReading {
  /** `building`, `observing.measuring`, … */
  state: string;
  context: DeploymentContext;
}

/** Null when there is no such deployment, or its record is not of this version. */
export async function readDeployment(
  deployments: Pick<Bucket, 'read'>,
  key: string,
): Promise<DeploymentReading | null> {
  const entry = await deployments.read(key);
  const loaded = entry === null ? null : decodeEntry(entry);
  if (loaded?.status !== 'stored') return null;
  const { record, revision } = loaded.stored;
  const context = deploymentContextOf(record);
  const { holder, operation } = context;
  const number = operation?.number ?? null;
  return { state: stateName(record.state), context, revision, holder, number };
}
