import { type Source, student } from './source.ts';

/** Classroom 50: repositories `<classroom>-<assignment>-<login>`, known by the beginning that all have. */
export const classroom50: Source = {
  title: 'Classroom 50',
  async read(entries) {
    const folders = entries.filter(({ folder }) => folder);
    const common = commonStart(folders.map(({ name }) => name)).replace(/[^-]*$/, '');
    if (folders.length < 2 || !/^[^-].*-.+-$/.test(common)) return [];
    return folders.map(({ name: entry }) => {
      const login = entry.slice(common.length);
      return {
        key: entry,
        label: login || entry,
        students: [student(undefined, { login, repository: entry })],
        entry,
        attempt: '',
      };
    });
  },
};

function commonStart([first = '', ...others]: readonly string[]): string {
  let length = first.length;
  for (const other of others) {
    let same = 0;
    while (same < length && other[same] === first[same]) same++;
    length = same;
  }
  return first.slice(0, length);
}
