import path from 'node:path';

/** A text in quotes, which may hold what looks like a comment, or a comment, by kind of language. */
const HASH = /("""[\s\S]*?"""|'''[\s\S]*?'''|"(?:\\[\s\S]|[^"\\\n])*"|'(?:\\[\s\S]|[^'\\\n])*')|#[^\n]*/g;
const SLASHES =
  /("(?:\\[\s\S]|[^"\\\n])*"|'(?:\\[\s\S]|[^'\\\n])*'|`(?:\\[\s\S]|[^`\\])*`)|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;

const COMMENTS: Readonly<Record<string, RegExp>> = {
  ...Object.fromEntries(
    ['.py', '.rb', '.sh', '.pl', '.mk', '.yaml', '.yml', '.toml'].map((end) => [end, HASH]),
  ),
  ...Object.fromEntries(
    [
      '.c',
      '.h',
      '.cc',
      '.cpp',
      '.cxx',
      '.hpp',
      '.java',
      '.js',
      '.mjs',
      '.cjs',
      '.ts',
      '.go',
      '.rs',
      '.cs',
      '.kt',
    ].map((end) => [end, SLASHES]),
  ),
};

/** A source file without white space and comments; any other file as it is. */
export function gistOf(name: string, bytes: Buffer): Buffer | string {
  const comments = /^makefile$/i.test(path.basename(name))
    ? HASH
    : COMMENTS[path.extname(name).toLowerCase()];
  if (comments === undefined) return bytes;
  return bytes.toString('latin1').replace(comments, '$1').replace(/\s+/g, '');
}
