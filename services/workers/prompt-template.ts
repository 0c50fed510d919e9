// Reads a prompt template: text with `{{variables}}` in it.
// It must never leave a name it does not know in place: an agent would be told nonsense.
import { nearestName } from '../config/nearest-name.ts';
import { PROMPT_VARIABLES, type PromptVariableName } from './prompt-variables.ts';

export type TemplatePart = { text: string } | { variable: PromptVariableName };

export interface TemplateProblem {
  /** Counted from 1. */
  line: number;
  /** As it is written. */
  name: string;
  /** The variable that was most likely meant. */
  nearest: string | null;
}

export interface ParsedTemplate {
  parts: readonly TemplatePart[];
  problems: readonly TemplateProblem[];
}

const NAMES: readonly string[] = PROMPT_VARIABLES.map(({ name }) => name);
/** `{{ name }}`; with a backslash before it, it stays as it is. */
const PLACEHOLDER = /\\?\{\{[ \t]*([^{}\n]{0,64}?)[ \t]*\}\}/g;

export function parseTemplate(template: string): ParsedTemplate {
  const parts: TemplatePart[] = [];
  const problems: TemplateProblem[] = [];
  let end = 0;
  for (const match of template.matchAll(PLACEHOLDER)) {
    const [whole, name = ''] = match;
    parts.push({ text: template.slice(end, match.index) });
    end = match.index + whole.length;
    if (whole.startsWith('\\')) parts.push({ text: whole.slice(1) });
    else if (isVariable(name)) parts.push({ variable: name });
    else problems.push(problemAt(template, match.index, name));
  }
  parts.push({ text: template.slice(end) });
  return { parts, problems };
}

/** `line 3: unknown variable "ttile"; did you mean "title"?` */
export function formatTemplateProblem({ line, name, nearest }: TemplateProblem): string {
  const hint = nearest === null ? '' : `; did you mean "${nearest}"?`;
  return `line ${line}: unknown variable "${name}"${hint}`;
}

function isVariable(name: string): name is PromptVariableName {
  return NAMES.includes(name);
}

function problemAt(template: string, index: number, name: string): TemplateProblem {
  const line = template.slice(0, index).split('\n').length;
  return { line, name, nearest: nearestName(name, NAMES) ?? null };
}
