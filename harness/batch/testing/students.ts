/** A student of a generated course. */
export interface CourseMember {
  readonly first: string;
  readonly last: string;
  readonly login: string;
  readonly email: string;
  readonly number: string;
  /** Where some hand in together. */
  readonly team: string;
}

/** Names as they are: one word, many, accents, other alphabets, apostrophes, the same twice, the parts of another's. */
const NAMES: readonly (readonly [first: string, last: string])[] = [
  ['Ada', 'Lovelace'],
  ['Grace', 'Hopper'],
  ['José', 'Núñez Ibáñez'],
  ['Zoë', 'van der Berg'],
  ['Seán', "O'Brien"],
  ['Anne-Marie', 'Müller-Lüdenscheid'],
  ['伟', '张'],
  ['Мария', 'Иванова'],
  ['محمد', 'علي'],
  ['Nguyễn', 'Văn An'],
  ['Madonna', 'M'],
  ['Ann', 'Lee'],
  ['Lee', 'Annson'],
  ['Björn', 'Åkesson'],
  ['Łukasz', 'Żółć'],
];

/** A course of `count` students, every one with a name, login, address and number of their own. */
export function courseOf(count: number): readonly CourseMember[] {
  return Array.from({ length: count }, (_, at) => {
    const [first = '', last = ''] = NAMES[at % NAMES.length] ?? [];
    const round = Math.floor(at / NAMES.length);
    const more = round === 0 ? '' : ` ${'BCDEFG'[round - 1]}${'aeiou'[round % 5]}rk`;
    return {
      first: `${first}${more}`,
      last,
      login: `s${String(at + 1).padStart(3, '0')}x`,
      email: `s${String(at + 1).padStart(3, '0')}x@uni.example`,
      number: String(70_000 + at * 7),
      team: `Team ${Math.floor(at / 3) + 1}`,
    };
  });
}
