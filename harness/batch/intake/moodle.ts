import { defined } from '../../base/defined.ts';
import { type Entry, type Piece, type Source, student } from './source.ts';

/** The first mark counts, since what follows is the student's. Those who are in no group have a folder without an id. */
const ENTRY = /^(?<name>.+?)(?:_(?<id>\d+))?_assignsubmission_(?<plugin>[a-z]+)(?:_(?<file>.*))?$/;

/**
 * Moodle: `<full name>_<id>_assignsubmission_file/`, or the same before each file; `Participant_<id>…` when blind. Where
 * groups hand in, the name and the id are those of the group (mod/assign/classes/downloader.php), and only the worksheet
 * tells the two apart, unless something was handed in by those who are in no group.
 */
export const moodle: Source = {
  title: 'Moodle',
  read: async (entries) => {
    const pieces = entries.map(recognise).filter((piece) => piece !== undefined);
    return { pieces: pieces.some(({ team }) => team !== undefined) ? pieces.map(asTeam) : pieces };
  },
};

function recognise({ name: entry, folder }: Entry): Piece | undefined {
  const groups = ENTRY.exec(entry)?.groups;
  if (!groups || (!folder && !groups.file)) return undefined;
  const { name = '', id, file } = groups;
  const blind = /^participant$/i.test(name);
  return {
    key: id ?? `group ${name}`,
    label: id === undefined ? name : `${name}_${id}`,
    students: [student(blind ? undefined : name, { moodle: id })],
    entry,
    ...(folder ? {} : { file: file ?? '' }),
    attempt: '',
    ...(id === undefined ? { team: name } : { feedback: feedbackName(name, id) }),
  };
}

/** The number of a group is no student's. */
function asTeam({ feedback: _, students, ...piece }: Piece): Piece {
  const name = students[0]?.name;
  return { ...piece, students: [student(name, {})], ...defined({ team: name }) };
}

/** How Moodle finds the student of a feedback file: by the second of the parts between `_`. */
export function feedbackName(name: string, id: string): string {
  return `${name.replaceAll('_', ' ')}_${id}_assignsubmission_file_`;
}
