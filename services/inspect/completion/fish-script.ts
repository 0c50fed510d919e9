// The completion script for fish, 3.0 and later.
// It must never end a quoted text early: whatever stands in a description is escaped.
import type { CompletedOption, CompletionModel, Value } from './completion-model.ts';

export function fishScript(model: CompletionModel): string {
  return [
    '# Completion of onceward for fish. In ~/.config/fish/config.fish:  onceward completion fish | source',
    FUNCTIONS,
    'complete -c onceward -f',
    ...model.commands.map(
      ({ name, summary }) =>
        `complete -c onceward -n __fish_use_subcommand -a ${name} -d ${quoted(summary)}`,
    ),
    ...model.options.map((option) => optionLine(option, '')),
    ...model.commands.flatMap(({ name, options, arguments: values }) => {
      const condition = ` -n '__fish_seen_subcommand_from ${name}'`;
      return [
        ...options.map((option) => optionLine(option, condition)),
        ...values
          .filter((value) => value !== 'anything')
          .map((value) => `complete -c onceward${condition}${valuePart(value)}`),
      ];
    }),
    '',
  ].join('\n');
}

const FUNCTIONS = `
function __onceward_complete
    set -l words (commandline -opc)
    set -l given
    for i in (seq 2 (math (count $words) - 1))
        if contains -- $words[$i] --nats --state-dir --config
            set -a given $words[$i] $words[(math $i + 1)]
        end
    end
    command $words[1] __complete $argv[1] (commandline -ct) $given 2>/dev/null
end
`;

function optionLine({ flags, description, value }: CompletedOption, condition: string): string {
  const names = flags.map((flag) =>
    flag.startsWith('--') ? ` -l ${flag.slice(2)}` : ` -s ${flag.slice(1)}`,
  );
  // -x: it needs a value, and files are none unless they are asked for; -r: files are.
  const isFile = value === 'file' || value === 'folder';
  const needs = value === null ? '' : isFile ? ' -r' : ' -x';
  const words = value === null ? '' : valuePart(value);
  return `complete -c onceward${condition}${names.join('')}${needs}${words} -d ${quoted(description)}`;
}

function valuePart(value: Value): string {
  switch (value) {
    case 'anything':
      return '';
    case 'file':
      return ' -F';
    case 'folder':
      return " -a '(__fish_complete_directories (commandline -ct))'";
    default:
      return typeof value === 'string'
        ? ` -a '(__onceward_complete ${value})'`
        : ` -a '${value.join(' ')}'`;
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
