// The completion script for zsh, 5 and later.
// It must never end a quoted text early: whatever stands in a description is escaped.
import type {
  CompletedCommand,
  CompletedOption,
  CompletionModel,
  Value,
} from './completion-model.ts';

export function zshScript(model: CompletionModel): string {
  return [
    '#compdef onceward',
    '# Completion of onceward for zsh. In ~/.zshrc, after compinit:  source <(onceward completion zsh)',
    '',
    ...arrayFunction(
      '_onceward_commands',
      model.commands.map(({ name, summary }) => [name, summary]),
    ),
    ...caseFunction('_onceward_flags', [
      ...model.commands.map(({ name, options }) =>
        flagBranch(name, [...options, ...model.options]),
      ),
      flagBranch("''", model.options),
    ]),
    ...caseFunction('_onceward_value', [
      ...model.commands.flatMap(({ name, options }) => valueBranches(name, options)),
      ...valueBranches('*', model.options),
    ]),
    ...caseFunction('_onceward_argument', model.commands.flatMap(argumentBranches)),
    SCRIPT,
  ].join('\n');
}

function arrayFunction(name: string, pairs: readonly (readonly [string, string])[]): string[] {
  const lines = pairs.map(([word, description]) => `    ${described(word, description)}`);
  return [`${name}() {`, '  reply=(', ...lines, '  )', '}', ''];
}

function caseFunction(name: string, branches: readonly string[]): string[] {
  return [`${name}() {`, '  reply=()', '  case "$1" in', ...branches, '  esac', '}', ''];
}

function flagBranch(name: string, options: readonly CompletedOption[]): string {
  const flags = new Map(
    options.flatMap(({ flags: [...all], description }) =>
      all.filter((flag) => flag.startsWith('--')).map((flag) => [flag, description] as const),
    ),
  );
  const words = [...flags].map(([flag, description]) => described(flag, description));
  return `    ${name}) reply=(${words.join(' ')}) ;;`;
}

function valueBranches(command: string, options: readonly CompletedOption[]): string[] {
  return options.flatMap(({ flags, value }) => {
    if (value === null) return [];
    const patterns = flags.map((flag) =>
      command === '*' ? `*' ${flag}'` : `'${command} ${flag}'`,
    );
    return [`    ${patterns.join('|')}) reply=(${wordsOf(value)}) ;;`];
  });
}

function argumentBranches({ name, arguments: values, isVariadic }: CompletedCommand): string[] {
  return values.map((value, index) => {
    const isLast = index === values.length - 1;
    const pattern = isVariadic && isLast ? `'${name} '*` : `'${name} ${index + 1}'`;
    return `    ${pattern}) reply=(${wordsOf(value)}) ;;`;
  });
}

function wordsOf(value: Value): string {
  return typeof value === 'string' ? `@${value}` : value.join(' ');
}

/** As `_describe` takes it: a colon ends the word. */
function described(word: string, description: string): string {
  return `'${word.replaceAll(':', '\\:')}:${description.replaceAll("'", "'\\''")}'`;
}

const SCRIPT = `\
_onceward() {
  local subcommand='' option='' word current
  local -a reply given found
  local -i position=1 i
  current="\${(Q)PREFIX}"
  for ((i = 2; i < CURRENT; i++)); do
    word="\${(Q)words[i]}"
    if [[ -n "$option" ]]; then
      case "$option" in (--nats|--state-dir|--config) given+=("$option" "$word") ;; esac
      option=''
    elif [[ "$word" == --*=* ]]; then
      case "$word" in (--nats=*|--state-dir=*|--config=*) given+=("$word") ;; esac
    elif [[ "$word" == -* ]]; then
      _onceward_value "$subcommand $word"
      (( \${#reply} )) && option="$word"
    elif [[ -z "$subcommand" ]]; then
      subcommand="$word"
    else
      position+=1
    fi
  done
  if [[ -z "$option" && "$current" == --*=* ]]; then
    option="\${current%%=*}"
    current="\${current#*=}"
    compset -P '*='
  fi
  if [[ -n "$option" ]]; then
    _onceward_value "$subcommand $option"
  elif [[ "$current" == -* ]]; then
    _onceward_flags "$subcommand"
    _describe -o 'option' reply
    return
  elif [[ -z "$subcommand" ]]; then
    _onceward_commands
    _describe 'command' reply
    return
  else
    _onceward_argument "$subcommand $position"
  fi
  case "\${reply[1]}" in
    (''|@anything) return 1 ;;
    (@file) _files ;;
    (@folder) _files -/ ;;
    (@*)
      found=("\${(@f)$(\${(Q)words[1]} __complete "\${reply[1]#@}" "$current" $given 2> /dev/null)}")
      found=(\${found:#})
      compadd -S '' -- \${(M)found:#*/}
      compadd -- \${found:#*/}
      ;;
    (*) compadd -- $reply ;;
  esac
}

if [[ "\${funcstack[1]}" == _onceward ]]; then _onceward "$@"; else compdef _onceward onceward; fi
`;
