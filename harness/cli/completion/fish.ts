import type { CompletedCommand, CompletedOption } from './model.ts';

/** The script for fish. */
export function fishScript(commands: readonly CompletedCommand[]): string {
  return [
    '# fish completion for socket-grader: socket-grader completion fish | source',
    'complete -c socket-grader -f',
    ...commands.map(
      ({ name, about }) =>
        `complete -c socket-grader -n __fish_use_subcommand -a ${name} -d ${quoted(about)}`,
    ),
    ...commands.flatMap(({ name, options, values: { words, files } }) => {
      const when = `complete -c socket-grader -n '__fish_seen_subcommand_from ${name}'`;
      return [
        ...(words.length > 0 ? [`${when} -a ${quoted(words.join(' '))}`] : []),
        ...(files === 'any' ? [`${when} -F`] : []),
        ...(files === 'folders' ? [`${when} -a '(__fish_complete_directories)'`] : []),
        ...options.map((option) => `${when} ${optionOf(option)}`),
      ];
    }),
    '',
  ].join('\n');
}

function optionOf({ name, about, values }: CompletedOption): string {
  const option = `-l ${name} -d ${quoted(about)}`;
  if (values === undefined) return option;
  const words = values.words.length > 0 ? ` -a ${quoted(values.words.join(' '))}` : '';
  const files = { any: ' -r -F', folders: " -x -a '(__fish_complete_directories)'", none: ' -x' }[
    values.files
  ];
  return `${option}${files}${words}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
