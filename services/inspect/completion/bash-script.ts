// The completion script for bash, 3.2 and later. What it looks up, it asks of the program as it was typed.
// It must never let a word that came from a server be expanded by the shell.
import type {
  CompletedCommand,
  CompletedOption,
  CompletionModel,
  Value,
} from './completion-model.ts';

const INDENT = '    ';

export function bashScript(model: CompletionModel): string {
  const names = model.commands.map(({ name }) => name).join(' ');
  return [
    '# Completion of onceward for bash. In ~/.bashrc:  source <(onceward completion bash)',
    ...caseFunction('_onceward_flags', [
      ...model.commands.map((command) => branch(command.name, flagsOf(command.options, model))),
      branch("''", flagsOf([], model)),
    ]),
    ...caseFunction('_onceward_value', [
      ...model.commands.flatMap((command) => valueBranches(`${command.name} `, command.options)),
      ...valueBranches('*', model.options),
    ]),
    ...caseFunction('_onceward_argument', [
      branch("' 1'", names),
      ...model.commands.flatMap(argumentBranches),
    ]),
    SCRIPT,
  ].join('\n');
}

/** Looks its argument up in a table; the answer is in REPLY. */
function caseFunction(name: string, branches: readonly string[]): string[] {
  return [`${name}() {`, "  REPLY=''", '  case "$1" in', ...branches, '  esac', '}', ''];
}

function branch(pattern: string, reply: string): string {
  return `${INDENT}${pattern}) REPLY='${reply}' ;;`;
}

function flagsOf(options: readonly CompletedOption[], model: CompletionModel): string {
  return [...new Set([...options, ...model.options].flatMap(({ flags }) => flags))]
    .filter((flag) => flag.startsWith('--'))
    .join(' ');
}

function valueBranches(prefix: string, options: readonly CompletedOption[]): string[] {
  return options.flatMap(({ flags, value }) => {
    if (value === null) return [];
    const patterns = flags.map((flag) => (prefix === '*' ? `*' ${flag}'` : `'${prefix}${flag}'`));
    return [branch(patterns.join('|'), wordsOf(value))];
  });
}

function argumentBranches({ name, arguments: values, isVariadic }: CompletedCommand): string[] {
  return values.map((value, index) => {
    const isLast = index === values.length - 1;
    const pattern = isVariadic && isLast ? `'${name} '*` : `'${name} ${index + 1}'`;
    return branch(pattern, wordsOf(value));
  });
}

/** Choices as they are; what is looked up behind an @. */
function wordsOf(value: Value): string {
  return typeof value === 'string' ? `@${value}` : value.join(' ');
}

const SCRIPT = `\
_onceward() {
  local line="\${COMP_LINE:0:COMP_POINT}" command='' option='' word current
  local -a words given
  local -i position=1 i
  # Split at blanks only: readline would split nats://host:4222 and --project=shop into pieces.
  read -r -a words <<< "$line"
  [[ "$line" == *[[:blank:]] ]] && words+=('')
  current="\${words[\${#words[@]} - 1]}"
  for ((i = 1; i < \${#words[@]} - 1; i++)); do
    word="\${words[i]}"
    if [[ -n "$option" ]]; then
      case "$option" in --nats | --state-dir | --config) given+=("$option" "$word") ;; esac
      option=''
    elif [[ "$word" == --*=* ]]; then
      case "$word" in --nats=* | --state-dir=* | --config=*) given+=("$word") ;; esac
    elif [[ "$word" == -* ]]; then
      _onceward_value "$command $word"
      [[ -n "$REPLY" ]] && option="$word"
    elif [[ -z "$command" ]]; then
      command="$word"
    else
      position+=1
    fi
  done
  if [[ -z "$option" && "$current" == --*=* ]]; then
    option="\${current%%=*}"
    current="\${current#*=}"
  fi
  if [[ -n "$option" ]]; then
    _onceward_value "$command $option"
  elif [[ "$current" == -* ]]; then
    _onceward_flags "$command"
  else
    _onceward_argument "$command $position"
  fi
  COMPREPLY=()
  case "$REPLY" in
    '' | @anything) ;;
    @file | @folder)
      local kind=-f
      [[ "$REPLY" == @folder ]] && kind=-d
      while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen "$kind" -- "$current")
      type compopt &> /dev/null && compopt -o filenames 2> /dev/null
      ;;
    @*)
      while IFS= read -r word; do
        COMPREPLY+=("$word")
      done < <("\${words[0]}" __complete "\${REPLY#@}" "$current" "\${given[@]}" 2> /dev/null)
      ;;
    *)
      while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -W "$REPLY" -- "$current")
      ;;
  esac
  # What ends in a slash goes on.
  if [[ \${#COMPREPLY[@]} -eq 1 && "\${COMPREPLY[0]}" == */ ]]; then
    type compopt &> /dev/null && compopt -o nospace 2> /dev/null
  fi
  # Readline replaces only what follows the last = or : of the word.
  local head="\${current%"\${current##*[=:]}"}"
  [[ -n "$head" ]] && COMPREPLY=("\${COMPREPLY[@]#"$head"}")
  return 0
}

complete -F _onceward onceward
`;
