// Keeps the trouble of one issue, item or comment from everything beside it.
// It must never swallow what a service says of all of them: that it is not to be asked for now.
import { hasCode } from '../../../transport/errors.ts';

export type OnTrouble = (project: string, what: string, error: unknown) => void;

/** Whether the work was done; what went wrong is told. @throws RATE_LIMITED */
export async function apart(
  onTrouble: OnTrouble,
  { project, what }: { project: string; what: string },
  work: () => Promise<unknown>,
): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    // Whatever else is asked with this credential would be refused as well.
    if (hasCode(error, 'RATE_LIMITED')) throw error;
    onTrouble(project, what, error);
    return false;
  }
}
