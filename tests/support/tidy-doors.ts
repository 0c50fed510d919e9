// Things that exactly one file may do: step a machine, and write a record.
// It must never gain a second file for either; that would be a second mechanism.
import { isShipped, type ProjectFile, problemsAt, withoutComments } from './tidy-files.ts';

const STEPPER = 'machines/decide.ts';
const COMMITTER = 'services/actors/commit.ts';

const STEP_IMPORT =
  /\bimport\s*\{[^}]*\b(?:transition|initialTransition|createActor)\b[^}]*\}\s*from\s*['"]xstate['"]/g;
const STEP_CALL = /\.transition\(/g;
/** Streams of bytes are written to as well; they are told apart by their names. */
const BUCKET_WRITE = /(?<!\b(?:stdout|stderr|stdin|stream|socket|file|log|output))\??\.write\(/g;
const BATCH_WRITE = /\.writeBatch\(/g;

/** Finds a second caller of XState's transition functions. */
export function stepProblems(files: readonly ProjectFile[]): string[] {
  const message = `only ${STEPPER} steps a machine`;
  return files
    .filter((file) => isShipped(file) && file.path !== STEPPER)
    .flatMap((file) => [
      ...problemsAt(file, STEP_IMPORT, message, withoutComments(file.text)),
      ...problemsAt(file, STEP_CALL, message),
    ]);
}

/** Finds a second caller of a bucket's write methods. */
export function writeProblems(files: readonly ProjectFile[]): string[] {
  const message = `only ${COMMITTER} writes records`;
  return files
    .filter((file) => file.path.startsWith('services/') && file.path !== COMMITTER)
    .flatMap((file) => [
      ...problemsAt(file, BUCKET_WRITE, message),
      ...problemsAt(file, BATCH_WRITE, message),
    ]);
}
