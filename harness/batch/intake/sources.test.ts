import { Taker } from '../testing/take.ts';

let course: Taker;
beforeEach(() => {
  course = new Taker();
});
afterEach(() => course.dispose());

test('Canvas: the original names, late marks, and the newest of two versions', async () => {
  const { source, submissions, contents } = await course.take({
    'lovelaceada_12_100_server.py': 'old',
    'lovelaceada_12_200_server-1.py': 'new',
    'lovelaceada_12_201_notes.txt': 'notes',
    'hopper_grace_LATE_7_300_part-1.c': 'one',
    'hopper_grace_LATE_7_301_part-2.c': 'two',
    'turingalan_9_400_server-3.py': 'third',
    'anon_LATE_Ab3dE_500_server.py': 'nobody',
    'knuthdon_5_text.html': '<p>typed</p>',
  });
  expect(source).toBe('canvas');
  expect(contents).toEqual({
    anon_Ab3dE: { 'server.py': 'nobody' },
    hopper_grace_7: { 'part-1.c': 'one', 'part-2.c': 'two' },
    knuthdon_5: { 'text.html': '<p>typed</p>' },
    lovelaceada_12: { 'notes.txt': 'notes', 'server.py': 'new' },
    turingalan_9: { 'server.py': 'third' },
  });
  const ada = submissions.find(({ id }) => id === 'lovelaceada_12');
  expect(ada).toMatchObject({
    late: false,
    earlier: ['lovelaceada_12_100_server.py'],
    renamed: ['server-1.py → server.py'],
    feedback: 'lovelaceada_12_201_',
    students: [{ name: 'lovelaceada', ids: { canvas: '12' } }],
  });
  expect(submissions.filter(({ late }) => late).map(({ id }) => id)).toEqual([
    'anon_Ab3dE',
    'hopper_grace_7',
  ]);
});

test('Canvas: a name that another file needs stays, and one that is asked for or meant is put right', async () => {
  const { contents, submissions } = await course.take({
    ada_1_10_Makefile: 'server: lab-3.c\n\tgcc -o server lab-3.c\n',
    'ada_1_11_lab-3.c': 'own name',
    'bob_2_20_Makefile-1': 'server: main.c util.h\n\tgcc -o server main.c\n',
    'bob_2_21_main-2.c': '#include "util.h"\n',
    'bob_2_22_util-1.h': '/* again */',
    'cyd_3_30_util.c': 'one',
    'cyd_3_31_util-2.c': 'two',
    'dan_4_40_Chat-1.java': 'public class Chat {}',
    'dan_4_41_notes-1.txt': 'my notes',
    'eve_5_50_lab-3.c': 'alone',
    'fay_6_60_server.py': 'older',
    'fay_6_61_server.py': 'newer',
    gus_7_70_Makefile: 'server: server-1.o\n\tgcc -o server server-1.o\n',
    'gus_7_71_server-1.c': 'int main;',
  });
  expect(contents).toMatchObject({
    ada_1: { Makefile: expect.anything(), 'lab-3.c': 'own name' },
    bob_2: { Makefile: expect.anything(), 'main.c': expect.anything(), 'util.h': '/* again */' },
    cyd_3: { 'util.c': 'one', 'util-2.c': 'two' },
    dan_4: { 'Chat.java': expect.anything() },
    eve_5: { 'lab.c': 'alone' },
    fay_6: { 'server.py': 'newer' },
    gus_7: { 'server-1.c': 'int main;' },
  });
  expect(submissions.map(({ renamed }) => renamed.length)).toEqual([0, 3, 0, 2, 1, 0, 0]);
  expect(submissions[5]?.earlier).toEqual(['fay_6_60_server.py']);
});

test('Moodle: folders, files without folders, and blind marking', async () => {
  const { source, submissions, contents } = await course.take({
    'Ada Lovelace_101_assignsubmission_file/server.py': 'ada',
    'Ada Lovelace_101_assignsubmission_onlinetext/onlinetext.html': 'hello',
    'Grace Hopper_102_assignsubmission_file_/lab/server.c': 'grace',
    'Participant_103_assignsubmission_file_server.py': 'blind',
  });
  expect(source).toBe('moodle');
  expect(contents).toEqual({
    'Ada-Lovelace_101': { 'onlinetext.html': 'hello', 'server.py': 'ada' },
    'Grace-Hopper_102': { 'server.c': 'grace' },
    Participant_103: { 'server.py': 'blind' },
  });
  expect(submissions.map(({ students }) => students)).toEqual([
    [{ name: 'Ada Lovelace', ids: { moodle: '101' } }],
    [{ name: 'Grace Hopper', ids: { moodle: '102' } }],
    [{ ids: { moodle: '103' } }],
  ]);
  expect(submissions[0]?.feedback).toBe('Ada Lovelace_101_assignsubmission_file_');
});

test('Moodle: nobody hands in under the name of another by what a file is called', async () => {
  const { contents } = await course.take({
    'Ada Lovelace_101_assignsubmission_file_server.py': 'ada',
    'Eve_102_assignsubmission_file_Ada Lovelace_101_assignsubmission_file_server.py': 'eve',
  });
  expect(contents).toEqual({
    'Ada-Lovelace_101': { 'server.py': 'ada' },
    Eve_102: { 'Ada Lovelace_101_assignsubmission_file_server.py': 'eve' },
  });
});

test('Gradescope: who handed in, when, and groups; in a folder of its own', async () => {
  const { source, submissions, contents } = await course.take({
    'assignment_1_export/submission_metadata.yml': `---
submission_11:
  :submitters:
  - :name: Ada Lovelace
    :sid: '1815'
    :email: ada@example.edu
  :created_at: 2026-11-20 22:58:01.000000000 Z
  :results:
    :tests: []
submission_12:
  :submitters:
  - :name: Grace Hopper
    :sid: 1906
    :email: grace@example.edu
  - :name: Alan Turing
    :sid:
    :email: alan@example.edu
  :created_at: !ruby/object:ActiveSupport::TimeWithZone
    utc: 2026-11-21 10:00:00.000000000 Z
    zone: &1 !ruby/object:ActiveSupport::TimeZone
      name: Etc/UTC
    time: 2026-11-21 11:00:00.000000000 Z
`,
    'assignment_1_export/submission_11/server.py': 'ada',
    'assignment_1_export/submission_12/Makefile': 'all:',
    'assignment_1_export/submission_12/src/main.c': 'main',
  });
  expect(source).toBe('gradescope');
  expect(contents).toEqual({
    'Ada-Lovelace': { 'server.py': 'ada' },
    'Grace-Hopper-and-Alan-Turing': { Makefile: 'all:', 'src/main.c': 'main' },
  });
  expect(submissions).toMatchObject([
    { at: '2026-11-20T22:58:01.000Z', students: [{ ids: { sid: '1815', email: 'ada@example.edu' } }] },
    { at: '2026-11-21T10:00:00.000Z', students: [{ ids: { sid: '1906' } }, { name: 'Alan Turing' }] },
  ]);
});

test('Gradescope: a broken list of who handed in stops it, and who is not in it is reported', async () => {
  const ada = "submission_11:\n  :submitters:\n  - :name: 'Ada Lovelace'\n    :sid: 1815\n";
  const broken = {
    'submission_metadata.yml': ada.replace("Lovelace'", 'Lovelace'),
    'submission_11/server.py': 'ada',
    'submission_12/server.py': 'grace',
  };
  await expect(course.take(broken)).rejects.toThrow(
    /submission_metadata.yml: it is broken, .*Download .* again/s,
  );
  await expect(course.take({ ...broken, 'submission_metadata.yml': '- 1\n' })).rejects.toThrow(
    'it is no map',
  );
  const { submissions } = await course.take({
    ...broken,
    'submission_metadata.yml': `${ada}submission_12:\n`,
  });
  expect(submissions.map(({ id, remarks }) => [id, remarks])).toEqual([
    ['Ada-Lovelace', undefined],
    ['submission_12', ['submission_metadata.yml does not tell whose it is']],
  ]);
});

test('Classroom 50: the login behind classroom and assignment; what git keeps is left out', async () => {
  const { source, submissions, contents } = await course.take(
    {
      'networks-echo-ada/server.py': 'ada',
      'networks-echo-ada/.git/config': '[core]',
      'networks-echo-grace-h/server.py': 'grace',
    },
    { zipped: false },
  );
  expect(source).toBe('classroom50');
  expect(contents).toEqual({ ada: { 'server.py': 'ada' }, 'grace-h': { 'server.py': 'grace' } });
  expect(submissions[1]?.students).toEqual([
    { ids: { login: 'grace-h', repository: 'networks-echo-grace-h' } },
  ]);
});
