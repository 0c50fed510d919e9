// What each step of a deployment is given. None may rest on what a step before it left in this process: another worker
// may have taken that one.
import type { DeployRules } from '../../../machines/deployment/rules.ts';
import type { StageSettings } from '../../../machines/stage-settings.ts';
import type { Repository } from '../../../transport/git/repository.ts';
import type { Lease } from '../lease.ts';
import type { DeployingDeps, DeploymentReading } from './deployment-reading.ts';

export interface DeployStep {
  address: string;
  reading: DeploymentReading;
  settings: StageSettings;
  rules: DeployRules;
  lease: Lease<DeploymentReading>;
  repository: Repository;
  deps: DeployingDeps;
}

/** Resolves with what the deployment said to the report: false once the lease is lost. */
export type TakeStep = (step: DeployStep) => Promise<boolean>;
