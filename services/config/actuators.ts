// How far each kind of deed towards a tracker or forge goes: done, only said, or left out.
// It must never decide whether a deed is due.
import { z } from 'zod';

const mode = (meaning: string) =>
  z.enum(['off', 'shadow', 'enforce']).default('enforce').describe(meaning);

/** `shadow` logs and records what would have been done; `off` does not even look. */
export const actuatorsSchema = z.strictObject({
  intake: mode('Opens items for issues that ask for work, and for versions that proved bad.'),
  commands: mode('Obeys commands in comments.'),
  marks: mode('Shows on the issue where its item stands.'),
  comments: mode('Writes and edits comments, and opens issues for versions that proved bad.'),
  pullRequests: mode('Opens and edits pull requests.'),
  checks: mode('Judges checks for stages of kind `checks`.'),
  reruns: mode('Runs failed checks again.'),
  reviews: mode('Judges reviews for stages that approve by them.'),
  queue: mode('Lets items into the merge queue, and judges the checks of what is merged.'),
});

/** With every default filled in. */
export type Actuators = z.output<typeof actuatorsSchema>;
