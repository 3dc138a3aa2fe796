import { commonStart } from './common-start.ts';
import { type Source, student } from './source.ts';

/** Classroom 50: repositories `<classroom>-<assignment>-<login>`, known by the beginning that all have. */
export const classroom50: Source = {
  title: 'Classroom 50',
  async read(entries) {
    const folders = entries.filter(({ folder }) => folder);
    const common = commonStart(folders.map(({ name }) => name)).replace(/[^-]*$/, '');
    if (folders.length < 2 || !/^[^-].*-.+-$/.test(common)) return { pieces: [] };
    const pieces = folders.map(({ name: entry }) => {
      const login = entry.slice(common.length);
      return {
        key: entry,
        label: login || entry,
        students: [student(undefined, { login, repository: entry })],
        entry,
        attempt: '',
      };
    });
    return { pieces };
  },
};
