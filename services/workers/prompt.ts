// Makes the prompt of a run from the template of its stage.
// It must never put what others wrote where it could be taken for an instruction.
import { OncewardError } from '../../transport/errors.ts';
import { fenced, fenceLabel, fenceNotice } from './fence.ts';
import { boundedText, plainLine, plainText } from './neutral-text.ts';
import { formatTemplateProblem, parseTemplate, type TemplatePart } from './prompt-template.ts';
import { PROMPT_VARIABLES, type PromptVariableName } from './prompt-variables.ts';

export type PromptValues = Readonly<Record<PromptVariableName, string>>;

export interface PromptOptions {
  template: string;
  /** Where it came from, for people: `.onceward/prompts/develop.md`. */
  source: string;
  values: PromptValues;
}

/** What an absent text stands as. */
const NOTHING = '(nothing)';

/**
 * The prompt. The same options give the same prompt.
 * @throws PROMPT_INVALID with every unknown variable, its line and the nearest name
 */
export function renderPrompt({ template, source, values }: PromptOptions): string {
  const { parts, problems } = parseTemplate(template);
  if (problems.length > 0) {
    const message = problems.map((problem) => `${source}: ${formatTemplateProblem(problem)}`);
    throw new OncewardError('PROMPT_INVALID', message.join('\n'), { details: { problems } });
  }
  const shown = Object.fromEntries(
    PROMPT_VARIABLES.map((variable) => [variable.name, neutralValue(variable, values)]),
  );
  const foreign = PROMPT_VARIABLES.filter(
    ({ name, kind }) => kind === 'foreign' && uses(parts, name),
  );
  const label = fenceLabel(foreign.map(({ name }) => shown[name] ?? ''));
  const foreignNames: readonly string[] = foreign.map(({ name }) => name);
  const text = parts.map((part) => {
    if ('text' in part) return part.text;
    const value = shown[part.variable] ?? '';
    return foreignNames.includes(part.variable) ? fenced(value, part.variable, label) : value;
  });
  const notice = foreign.length === 0 ? '' : `${fenceNotice(label)}\n\n`;
  return notice + text.join('');
}

type Variable = (typeof PROMPT_VARIABLES)[number];

function neutralValue({ name, kind, maxCharacters }: Variable, values: PromptValues): string {
  const value = values[name];
  if (kind === 'plain') return plainLine(value).slice(0, maxCharacters) || NOTHING;
  const text = plainText(value).trim();
  return text === '' ? NOTHING : boundedText(text, maxCharacters);
}

function uses(parts: readonly TemplatePart[], name: string): boolean {
  return parts.some((part) => 'variable' in part && part.variable === name);
}
