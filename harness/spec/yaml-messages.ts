import type { ErrorCode } from 'yaml';

/** What the YAML reader complains about, and the text around it. */
interface Complaint {
  readonly code: ErrorCode;
  readonly message: string;
  /** What stands at the place. */
  readonly marked: string;
  /** What follows the place on its line, comments and spaces at the end left out. */
  readonly rest: string;
  /** Whether the place is the first on its line. */
  readonly leads: boolean;
}

interface Rewording {
  readonly message: string;
  readonly fix?: string;
}

const COLON = /:\s/;

/** Says in the words of an author what the YAML reader says in its own. */
export function yamlMessage({ code, message, marked, rest, leads }: Complaint): Rewording {
  switch (code) {
    case 'BLOCK_AS_IMPLICIT_KEY':
    case 'BLOCK_IN_FLOW': {
      const text = code === 'BLOCK_IN_FLOW' ? marked.trim() : rest;
      if (COLON.test(text))
        return { message: 'text that holds ": " must be quoted', fix: `write ${quote(text)}` };
      return {
        message: "there is already a value here, so the lines below can't belong to it",
        fix: 'put the value, or the lines below, but not both',
      };
    }
    case 'BAD_SCALAR_START':
      return { message: `text can't begin with ${marked} unless it is quoted`, fix: `write ${quote(rest)}` };
    case 'TAB_AS_INDENT':
      return { message: 'a tab indents this line', fix: 'indent with spaces' };
    case 'BAD_DQ_ESCAPE':
      return {
        message: `${message.replace(/^Invalid escape sequence/, 'unknown escape')} in double quotes`,
        fix: 'write \\\\ for a backslash, or use single quotes',
      };
    case 'MISSING_CHAR':
      if (/closing (["'])quote/.test(message))
        return {
          message: 'the text that begins here has no closing quote',
          fix: 'end it with the same quote, on one line',
        };
      return missing(message);
    case 'MULTILINE_IMPLICIT_KEY':
      return {
        message: 'this line is not "key: value"',
        fix: 'look for a missing ":" or a wrong indentation',
      };
    case 'BAD_INDENT': {
      const flow = /^Flow (sequence|map)/.exec(message)?.[1];
      if (flow === 'sequence')
        return { message: 'the list that begins here has no "]"', fix: 'close it with ]' };
      if (flow === 'map') return { message: 'the map that begins here has no "}"', fix: 'close it with }' };
      return {
        message: 'this line is indented differently from those beside it',
        fix: 'begin all lines of a map or list in the same column',
      };
    }
    case 'UNEXPECTED_TOKEN':
      return unexpected(message, leads);
    case 'TAG_RESOLVE_FAILED':
      return {
        message: `the tag ${marked} is unknown`,
        fix: 'remove it; to begin a text with "!", quote it',
      };
    case 'KEY_OVER_1024_CHARS':
      return {
        message: 'this key is longer than 1024 characters',
        fix: 'look for a missing line break or quote',
      };
    case 'RESOURCE_EXHAUSTION':
      return { message: 'the file is nested too deeply' };
    default:
      return { message: message.charAt(0).toLowerCase() + message.slice(1) };
  }
}

function missing(message: string): Rewording {
  if (/followed by map values/.test(message))
    return { message: 'this line is not "key: value"', fix: 'look for a missing ":" or a wrong indentation' };
  const character = /Missing (,|\{|\}|\[|\]|:)/.exec(message)?.[1];
  if (character !== undefined) return { message: `a ${character} is missing here` };
  return { message: message.charAt(0).toLowerCase() + message.slice(1) };
}

function unexpected(message: string, leads: boolean): Rewording {
  if (leads && /scalar at node end/.test(message))
    return {
      message: 'this line does not belong to the lines above it',
      fix: 'look at its indentation, and whether lines begin with "- "',
    };
  if (/scalar at node end/.test(message))
    return {
      message: 'this follows a text that has ended already',
      fix: "quote the whole text; a quote within is \\\" in double and '' in single quotes",
    };
  const bracket = /"([\]}])"$/.exec(message)?.[1];
  if (bracket !== undefined)
    return { message: `there is nothing open for this ${bracket} to close`, fix: 'remove it' };
  if (/Block scalar header/.test(message))
    return { message: 'after | or > the line ends', fix: 'begin the text on the next line, indented' };
  return {
    message: 'this is not allowed here',
    fix: 'look at the indentation, and quote texts with special characters',
  };
}

/** The text in double quotes, as YAML understands them. */
export function quote(text: string): string {
  return JSON.stringify(text);
}
