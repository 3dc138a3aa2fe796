import { byName, student } from './source.ts';

/** The first mark counts, since what follows is the student's. */
const ENTRY = /^(?<name>.+?)_(?<id>\d+)_assignsubmission_(?<plugin>[a-z]+)(?:_(?<file>.*))?$/;

/** Moodle: `<full name>_<id>_assignsubmission_file/`, or the same before each file; `Participant_<id>…` when blind. */
export const moodle = byName('Moodle', ({ name: entry, folder }) => {
  const groups = ENTRY.exec(entry)?.groups;
  if (!groups || (!folder && !groups.file)) return undefined;
  const { name = '', id = '', file } = groups;
  const blind = /^participant$/i.test(name);
  return {
    key: id,
    label: `${name}_${id}`,
    students: [student(blind ? undefined : name, { moodle: id })],
    entry,
    ...(folder ? {} : { file: file ?? '' }),
    attempt: '',
    // Moodle finds the student by the second of the parts between "_".
    feedback: `${name.replaceAll('_', ' ')}_${id}_assignsubmission_file_`,
  };
});
