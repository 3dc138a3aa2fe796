/** A word as a POSIX shell takes it literally. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** Lines of a script, with the newline that ends the last one. */
export function script(...lines: readonly string[]): string {
  return `${lines.join('\n')}\n`;
}

/**
 * How the grader is started from `folder`, a part of a shell's line that holds `socket-grader/` and `node/`. Programs in
 * JavaScript find the same Node where the machine has none of its own.
 */
export function graderCommand(folder: string): string {
  const bin = `${folder}/node/bin`;
  return `env PATH="$PATH:$(realpath ${bin})" ${bin}/node ${folder}/socket-grader/dist/cli/main.js`;
}

/** Installs Debian packages without asking, as root. */
export function aptInstall(packages: readonly string[]): readonly string[] {
  return [
    'export DEBIAN_FRONTEND=noninteractive',
    'apt-get update',
    `apt-get install -y --no-install-recommends ${packages.join(' ')}`,
  ];
}

/**
 * The beginning of each `test-locally.sh`: names the submission, and makes a folder that is removed in the end. What
 * follows finds the package in `$here`, the submission in `$submission` and a folder of its own in `$stage`.
 */
export function testHead(what: string): readonly string[] {
  return [
    '#!/usr/bin/env bash',
    `# Runs this package on a submission as ${what} would, on this machine and without Docker.`,
    '# usage: ./test-locally.sh SUBMISSION   (a folder or a file)',
    'set -euo pipefail',
    'here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)',
    '[ $# -eq 1 ] && [ -e "$1" ] || { echo "usage: $0 SUBMISSION" >&2; exit 2; }',
    'submission=$(realpath "$1")',
    'stage=$(mktemp -d "${TMPDIR:-/tmp}/socket-grader-package-XXXXXX")',
    `trap 'rm -rf "$stage"' EXIT`,
    'copy_submission() { mkdir -p "$1"; if [ -d "$submission" ]; then cp -R "$submission/." "$1/"; else cp "$submission" "$1/"; fi; }',
  ];
}

/**
 * The end of a `test-locally.sh`: prints the result that `$status`, the exit status of what was run, belongs to, and ends
 * with that status; without a result, with 1.
 */
export function testTail(file: string): readonly string[] {
  const name = file.split('/').at(-1) ?? file;
  return [
    `[ -s "${file}" ] || { echo "no ${name} was written (exit status $status)" >&2; exit 1; }`,
    `cat "${file}"`,
    'exit "$status"',
  ];
}

/** Has `with_places` run its command without any right, as the platform does; `$stage/NAME` belongs to that user. */
export function asOrdinaryUser(name: string): string {
  return `if [ "$(id -u)" -eq 0 ]; then export AS_USER=65534; chown -R 65534:65534 "$stage/${name}"; fi`;
}

/**
 * Runs a command where `$stage/NAME` is `/NAME`: in a mount namespace of its own whose root has everything else as it is
 * here. Works as root, and as an ordinary user where user namespaces are allowed. Root becomes the user `$AS_USER`, if that
 * is set.
 */
export const WITH_PLACES: readonly string[] = [
  '# with_places NAME… -- COMMAND…: $stage/NAME is seen as /NAME by the command',
  'with_places() {',
  '  local places=()',
  '  while [ "$1" != -- ]; do places+=("$1"); shift; done',
  '  shift',
  '  local own=(unshare --mount --propagation private)',
  '  [ "$(id -u)" -eq 0 ] || own=(unshare --user --map-root-user --mount --propagation private)',
  '  mkdir -p "$stage/root"',
  '  "${own[@]}" bash -c \'',
  '    set -e',
  '    stage=$1; root=$1/root; shift',
  '    mount -t tmpfs none "$root"',
  '    for each in /*; do',
  '      name=${each#/}',
  '      case " $PLACES " in *" $name "*) continue ;; esac',
  '      if [ -L "$each" ]; then ln -s "$(readlink "$each")" "$root/$name"',
  '      elif [ -d "$each" ]; then mkdir "$root/$name" && mount --rbind "$each" "$root/$name"; fi',
  '    done',
  '    for name in $PLACES; do mkdir "$root/$name" && mount --bind "$stage/$name" "$root/$name"; done',
  '    exec chroot ${AS_USER:+--userspec="$AS_USER:$AS_USER" --groups=} "$root" "$@"',
  '  \' bash "$stage" "$@"',
  '}',
].map((line) => line.replace('"${own[@]}" bash -c', 'PLACES="${places[*]}" "${own[@]}" bash -c'));
