import type { CompletedCommand, CompletedOption, Values } from './model.ts';

/** The script for zsh; it works when it is sourced and as a file `_socket-grader` in a folder of `fpath`. */
export function zshScript(commands: readonly CompletedCommand[]): string {
  const cases = commands.map(
    ({ name, options, values }) =>
      `    ${name})\n      _arguments ${[...options.map(optionOf), `'*:argument:${action(values)}'`].join(' \\\n        ')} ;;`,
  );
  return `#compdef socket-grader
# zsh completion for socket-grader: source <(socket-grader completion zsh)
_socket_grader() {
  if ((CURRENT == 2)); then
    local -a commands=(
${commands.map(({ name, about }) => `      '${name}:${quoted(about)}'`).join('\n')}
    )
    _describe command commands
    return
  fi
  local name=$words[2]
  shift words
  ((CURRENT--))
  case $name in
${cases.join('\n')}
  esac
}
if [[ $funcstack[1] == _socket-grader ]]; then _socket_grader "$@"; else compdef _socket_grader socket-grader; fi
`;
}

/** All can be repeated as far as the shell is concerned; the command knows better. */
function optionOf({ name, about, values }: CompletedOption): string {
  const text = quoted(about).replace(/[[\]:]/g, '\\$&');
  return `'*--${name}[${text}]${values === undefined ? '' : `:value:${action(values)}`}'`;
}

function action({ words, files }: Values): string {
  const listed = words.length > 0 ? `(${words.join(' ')})` : '';
  const from = { any: '_files', folders: '_files -/', none: '' }[files];
  if (listed === '' || from === '') return listed === '' ? from : listed;
  return `{ compadd -- ${words.join(' ')}; ${from} }`;
}

function quoted(text: string): string {
  return text.replaceAll("'", "'\\''");
}
