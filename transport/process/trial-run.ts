// Runs a harmless command once, to learn whether this machine lets it run at all.
// It must never be given anything that has an effect.
import { execa } from 'execa';

const TRIAL_LIMIT_MS = 10_000;
const MAX_REASON_CHARACTERS = 300;

/** Null when the command ends with exit code 0, otherwise why not, in the words of the command. */
export async function trialRun(
  [program = '', ...args]: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Promise<string | null> {
  const { exitCode, stderr, cause } = await execa(program, args, {
    cwd: '/',
    env: { PATH: environment['PATH'] },
    extendEnv: false,
    stdin: 'ignore',
    timeout: TRIAL_LIMIT_MS,
    reject: false,
  });
  if (exitCode === 0) return null;
  if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') {
    return `${program} is not installed`;
  }
  const [line = ''] = stderr.trim().split('\n').slice(-1);
  return (line === '' ? `${program} failed` : line).slice(0, MAX_REASON_CHARACTERS);
}
