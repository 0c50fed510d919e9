// Where the files of a run lie below the state directory.
// It must never name a place outside of it.
import { join } from 'node:path';
import { containedPath } from '../../transport/git/contained-path.ts';
import type { JobFacts } from './job-facts.ts';

export interface RunPaths {
  /** Files of this epoch of the run. */
  runFolder: string;
  /** HOME of every command of the item: caches survive from stage to stage, nothing else is there. */
  homeFolder: string;
  logPath: string;
  /** What is stated of how an image was built; a deployment's only. */
  statementPath: string;
  /** What an agent wrote to its standard output, as it stood. */
  transcriptPath: string;
  promptFile: string;
  contextFile: string;
  bodyFile: string;
  feedbackFile: string;
  /** Written by the command when it has something to say on the item; optional. */
  commentFile: string;
}

/** @throws PATH_REFUSED when a name of the run is no token */
export function runPaths(
  stateDir: string,
  { project, item, stage, attempt, epoch }: JobFacts,
): RunPaths {
  const name = `${stage.name}.${attempt}.${epoch}`;
  const runFolder = containedPath(join(stateDir, 'runs'), project, item, name);
  return {
    runFolder,
    homeFolder: containedPath(join(stateDir, 'runs'), project, item, 'home'),
    logPath: containedPath(join(stateDir, 'logs'), project, item, `${name}.log`),
    statementPath: containedPath(join(stateDir, 'logs'), project, item, `${name}.provenance.json`),
    transcriptPath: join(runFolder, 'transcript.jsonl'),
    promptFile: join(runFolder, 'prompt.md'),
    contextFile: join(runFolder, 'context.json'),
    bodyFile: join(runFolder, 'body.md'),
    feedbackFile: join(runFolder, 'feedback.md'),
    commentFile: join(runFolder, 'comment.md'),
  };
}
