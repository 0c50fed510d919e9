// The commands on deployments, as commander knows them: `onceward deployments`, `deploy`, `rollback`, `hold`, `release`.
import type { Command } from 'commander';
import { filledArgument } from './argument-parsers.ts';
import { repeated, type Timed, timed } from './asking-options.ts';
import type { DeployInput } from './commands/deployment/deploy.ts';
import type { DeploymentSteerInput } from './commands/deployment/steer.ts';
import { type Dispatch, optionsOf } from './dispatch.ts';
import { ADDRESSED_FORMATS, LISTING_FORMATS, outputOption } from './output-formats.ts';

const PROJECT = 'the name of the project';
const ENVIRONMENT = 'the environment, such as production';
const REASON = 'why; kept with the deployment, and shown to everybody who asks';

export function addDeploymentCommands(program: Command, dispatch: Dispatch): void {
  addDeployments(program, dispatch);
  addDeploy(program, dispatch);
  addRollback(program, dispatch);
  addHold(program, dispatch);
  addRelease(program, dispatch);
}

function addDeployments(program: Command, dispatch: Dispatch): void {
  program
    .command('deployments')
    .description(
      'List what is deployed where: of each environment what is live, what is under way and who carries it out, what ' +
        'waits, how it is watched, and what holds it up. With an environment everything that is known of it.',
    )
    .argument('[project]', 'the name of a project; defaults to all')
    .argument('[environment]', 'an environment of it, shown with everything; defaults to all')
    .option('--watch', 'follow them until interrupted: in place on a terminal, else line by line')
    .addOption(outputOption(LISTING_FORMATS))
    .addHelpText(
      'after',
      examples(
        'onceward deployments',
        'onceward deployments shop production',
        'onceward deployments shop --watch',
      ),
    )
    .action((project: string | undefined, environment: string | undefined, _, self: Command) => {
      const options = optionsOf<{ watch?: boolean }>(self);
      const { watch: isFollowing = false } = options;
      const load = async () => (await import('./commands/deployment/list.ts')).deployments;
      return dispatch(load, { project, environment, isFollowing }, options);
    });
}

type DeployOptions = Pick<
  DeployInput,
  'item' | 'sha' | 'digest' | 'reason' | 'override' | 'by' | 'ifRevision' | 'id'
> &
  Timed & { dryRun?: boolean };

function addDeploy(program: Command, dispatch: Dispatch): void {
  const command = program
    .command('deploy')
    .description(
      'Have a version deployed that was built before, behind those that wait. It is refused unless the environment that ' +
        'has to test it has passed the very same image, or --override says who answers for that, and why.',
    )
    .argument('<project>', PROJECT)
    .argument('<environment>', ENVIRONMENT)
    .option('--item <item>', 'the image of this item', filledArgument)
    .option('--sha <commit>', 'the image of this commit; its beginning will do', filledArgument)
    .option(
      '--digest <digest>',
      'the image with this digest; its beginning will do',
      filledArgument,
    )
    .option('--override <reason>', 'deploy it although nobody has tested it: you answer for that')
    .option('--dry-run', 'send nothing: show the steps, the commands and what they are told')
    .addHelpText(
      'after',
      examples(
        'onceward deploy shop production --item shop/7',
        'onceward deploy shop production --digest sha256:0123456789ab --dry-run',
        "onceward deploy shop production --sha 0123456 --override 'hotfix, staging is down'",
      ),
    );
  steered(command).action((project: string, environment: string, _, self: Command) => {
    const options = optionsOf<DeployOptions>(self);
    const { timeout: timeoutMs, dryRun: isDryRun = false, item, sha, digest } = options;
    const { reason, override, by, ifRevision, id } = options;
    const said = { reason, override, by, ifRevision, id };
    const input = { project, environment, item, sha, digest, ...said, isDryRun, timeoutMs };
    const load = async () => (await import('./commands/deployment/deploy.ts')).deploy;
    return dispatch(load, input, options);
  });
}

function addRollback(program: Command, dispatch: Dispatch): void {
  const command = program
    .command('rollback')
    .description(
      'Bring the version of before back: now, or as soon as the step under way has ended. It says which version that is. ' +
        'The rollback is watched as a release is.',
    )
    .argument('<project>', PROJECT)
    .argument('<environment>', ENVIRONMENT)
    .addHelpText('after', examples("onceward rollback shop production --reason 'orders fail'"));
  steering(command, dispatch, 'rollback');
}

function addHold(program: Command, dispatch: Dispatch): void {
  const command = program
    .command('hold')
    .description(
      'Let nothing be deployed until it is released. What may be in the environment already is ended first; what has ' +
        'changed nothing yet stops at once.',
    )
    .argument('<project>', PROJECT)
    .argument('<environment>', ENVIRONMENT)
    .addHelpText('after', examples("onceward hold shop production --reason 'sale until noon'"));
  steering(command, dispatch, 'hold');
}

function addRelease(program: Command, dispatch: Dispatch): void {
  const command = program
    .command('release')
    .description(
      'Decide about a deployment that waits for a person: try again, which is the default, accept what is not known, or ' +
        'give the version up. `onceward why` says which of them it would take, and what each leads to.',
    )
    .argument('<project>', PROJECT)
    .argument('<environment>', ENVIRONMENT)
    .option('--retry', 'go on where it was held')
    .option('--accept', 'answer for what is not known; of an untested release an override')
    .option('--reject', 'give the version up')
    .addHelpText(
      'after',
      examples(
        'onceward release shop production',
        "onceward release shop production --accept --reason 'tested by hand'",
        "onceward release shop production --reject --reason 'wrong commit'",
      ),
    );
  steering(command, dispatch, 'release');
}

type SteeringOptions = Pick<DeploymentSteerInput, 'reason' | 'by' | 'ifRevision' | 'id'> &
  Timed & { dryRun?: boolean; retry?: boolean; accept?: boolean; reject?: boolean };

function steering(command: Command, dispatch: Dispatch, verb: DeploymentSteerInput['verb']): void {
  command.option(
    '--dry-run',
    'send nothing: show what it would lead to, or why it would be refused',
  );
  steered(command).action((project: string, environment: string, _, self: Command) => {
    const options = optionsOf<SteeringOptions>(self);
    const { timeout: timeoutMs, dryRun: isDryRun = false, retry, accept, reject } = options;
    const { reason, by, ifRevision, id } = options;
    const decisions = (['retry', 'accept', 'reject'] as const).filter(
      (_decision, index) => [retry, accept, reject][index] === true,
    );
    const said = { reason, by, ifRevision, id };
    const input = { verb, project, environment, decisions, ...said, isDryRun, timeoutMs };
    const load = async () => (await import('./commands/deployment/steer.ts')).deploymentSteer;
    return dispatch(load, input, options);
  });
}

/** What all of them take that send something. */
function steered(command: Command): Command {
  command
    .option('--reason <text>', REASON)
    .option('--by <name>', 'who says so; defaults to you', filledArgument)
    .addOption(outputOption(ADDRESSED_FORMATS));
  return repeated(timed(command));
}

function examples(...lines: string[]): string {
  return `\nExamples:\n${lines.map((line) => `  ${line}`).join('\n')}`;
}
