// `onceward validate`: checks a configuration and says all that is wrong with it at once.
import { resolve } from 'node:path';
import { validateConfiguration } from '../../config/validate.ts';
import type { CommandContext } from '../command-context.ts';
import { EXIT } from '../exit-codes.ts';
import { printDocument } from '../output.ts';
import { printable } from '../printable.ts';

export interface ValidateInput {
  file: string | undefined;
}

export async function validate(context: CommandContext, input: ValidateInput): Promise<number> {
  const { configurationFile, directory, environment } = context;
  const file = input.file === undefined ? configurationFile : resolve(directory, input.file);
  const result = await validateConfiguration({ file, graceMs: environment.graceMs });
  const { problems, hints, configuration, lines } = result;
  const projects = Object.keys(configuration?.projects ?? {});
  const pipelines = Object.keys(configuration?.pipelines ?? {});
  const isValid = configuration !== null;
  printDocument(context, { file, isValid, problems, hints, projects, pipelines }, () =>
    lines.map(printable),
  );
  return isValid ? EXIT.done : EXIT.usage;
}
