import type { CompletedCommand, Values } from './model.ts';

/** The script for bash 4 and newer. */
export function bashScript(commands: readonly CompletedCommand[]): string {
  const names = commands.map(({ name }) => name).join(' ');
  const values = commands.flatMap(({ name, options }) =>
    options.flatMap((option) =>
      option.values === undefined ? [] : [`    "${name} --${option.name}") ${offer(option.values)} ;;`],
    ),
  );
  const others = commands.map(
    ({ name, options, values: own }) =>
      `    ${name}) if [[ $current == -* ]]; then words='${options.map((one) => `--${one.name}`).join(' ')}'; else ${offer(own)}; fi ;;`,
  );
  return `# bash completion for socket-grader: source <(socket-grader completion bash)
_socket_grader() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} words='' files=''
  # bash takes "=" for a word of its own.
  if [[ $current == '=' ]]; then current=''; elif [[ $previous == '=' ]]; then previous=\${COMP_WORDS[COMP_CWORD-2]}; fi
  COMPREPLY=()
  if ((COMP_CWORD == 1)); then
    COMPREPLY=($(compgen -W '${names} --help --version' -- "$current"))
    return
  fi
  case "\${COMP_WORDS[1]} $previous" in
${values.join('\n')}
    *) case \${COMP_WORDS[1]} in
${others.map((line) => `  ${line}`).join('\n')}
      esac ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  if [[ -n $files ]]; then
    compopt -o filenames 2>/dev/null
    local IFS=$'\\n'
    COMPREPLY+=($(compgen -A "$files" -- "$current"))
  fi
}
complete -F _socket_grader socket-grader
`;
}

function offer({ words, files }: Values): string {
  const parts = [
    ...(words.length > 0 ? [`words='${words.join(' ')}'`] : []),
    ...(files === 'none' ? [] : [`files=${files === 'any' ? 'file' : 'directory'}`]),
  ];
  return parts.length > 0 ? parts.join(' ') : ':';
}
