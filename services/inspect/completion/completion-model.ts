// What can be completed on the command line, read from the program itself: commands, options, and what
// values may be. It must never name a command: whatever the program has is completed.
import type { Argument, Command, Option } from 'commander';
import { sendableEvents } from '../../../machines/prospects.ts';
import { ACTOR_KINDS, definitionOf } from '../../../machines/registry.ts';
import { stateNames } from '../../queries/state-names.ts';

/** Looked up when it is completed: addresses by `onceward __complete`, files by the shell. */
export type LookedUp = 'account' | 'item' | 'run' | 'address' | 'project' | 'file' | 'folder';

/** What a value may be: one of these words, something that is looked up, or anything. */
export type Value = readonly string[] | LookedUp | 'anything';

export interface CompletedOption {
  /** `-o`, `--output` */
  flags: string[];
  description: string;
  /** Null when it takes none. */
  value: Value | null;
}

export interface CompletedCommand {
  name: string;
  /** The first sentence of its description. */
  summary: string;
  options: CompletedOption[];
  arguments: Value[];
  /** The last argument may be given again. */
  isVariadic: boolean;
}

export interface CompletionModel {
  commands: CompletedCommand[];
  /** Understood by every command. */
  options: CompletedOption[];
}

const OF_ARGUMENT: Readonly<Record<string, Value>> = {
  account: 'account',
  address: 'address',
  file: 'file',
  filter: 'address',
  folder: 'folder',
  item: 'item',
  items: 'item',
  project: 'project',
  // Those that take a project alone do not mind the slash.
  queue: 'item',
  run: 'run',
};

export function completionModel(program: Command): CompletionModel {
  const help = program.createHelp();
  const commands = help.visibleCommands(program).filter((command) => command.name() !== 'help');
  return {
    commands: commands.map(commandOf),
    options: help.visibleOptions(program).map(optionOf),
  };
}

function commandOf(command: Command): CompletedCommand {
  const name = command.name();
  const summary = command.description().split(/\. |\.$/)[0] ?? '';
  if (command.commands.length > 0) return { name, summary, ...partsOf(command) };
  const options = visibleOptions(command);
  const given = command.registeredArguments;
  return {
    name,
    summary,
    options,
    arguments: given.map(valueOfArgument),
    isVariadic: given.some(({ variadic }) => variadic),
  };
}

/** Of `project add`, `project list`, …: what they are called, and what any of them takes. */
function partsOf(command: Command): Pick<CompletedCommand, 'options' | 'arguments' | 'isVariadic'> {
  const parts = command.createHelp().visibleCommands(command);
  const named = parts.filter((part) => part.name() !== 'help');
  const options = new Map(
    named.flatMap(visibleOptions).map((option) => [option.flags.join(), option]),
  );
  const names = named.map((part) => part.name());
  return {
    options: [...options.values()],
    arguments: [names, OF_ARGUMENT[command.name()] ?? 'anything'],
    isVariadic: false,
  };
}

function visibleOptions(command: Command): CompletedOption[] {
  return command.createHelp().visibleOptions(command).map(optionOf);
}

function optionOf(option: Option): CompletedOption {
  const flags = [option.short, option.long].filter((flag) => flag != null);
  const isFlag = !option.required && !option.optional;
  return { flags, description: option.description, value: isFlag ? null : valueOfOption(option) };
}

function valueOfArgument(argument: Argument): Value {
  if (argument.argChoices !== undefined) return argument.argChoices;
  if (argument.name() === 'type') return eventTypes();
  return OF_ARGUMENT[argument.name()] ?? 'anything';
}

function valueOfOption({ argChoices, long, flags }: Option): Value {
  if (argChoices !== undefined) return argChoices;
  if (long === '--project') return 'project';
  if (long === '--state') return allStates();
  if (long === '--for') return allStates().map((state) => `state=${state}`);
  const placeholder = /[<[]([a-z-]+)/.exec(flags)?.[1] ?? '';
  return placeholder === 'file' || placeholder === 'folder' ? placeholder : 'anything';
}

function allStates(): string[] {
  return [...new Set(ACTOR_KINDS.flatMap(stateNames))];
}

function eventTypes(): string[] {
  const types = ACTOR_KINDS.flatMap((kind) => {
    const definition = definitionOf(kind);
    return definition === null ? [] : sendableEvents(definition);
  });
  return [...new Set(types)];
}
