import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import iconv from 'iconv-lite';
import { bytesOf, isEncoding, readText } from '../../../src/infrastructure/formats/encoding.js';
import { MalformedFile } from '../../../src/infrastructure/formats/text.js';

/** What a file was read as, and its text; or the problems of a file that is refused. */
const read = (bytes: Uint8Array, declared?: string) => {
  try {
    const { encoding, byteOrderMark, text } = readText(bytes, declared);
    return [encoding, byteOrderMark, text];
  } catch (error) {
    if (error instanceof MalformedFile) return error.problems.map(({ line, en }) => `${line}: ${en}`);
    throw error;
  }
};
const of = (text: string, encoding: string) => iconv.encode(text, encoding);
const undecided = (line: number) => [
  expect.stringMatching(`^${line}: the encoding of the file cannot be told: .* name the encoding with --encoding`),
];

describe('the text of a file', () => {
  it('is not read if it would not fit into memory', () => {
    expect(read(Buffer.alloc(128 * 1024 * 1024 + 1))).toEqual(['1: the file is larger than 128 MiB']);
  });

  it('is UTF-8, with and without a byte order mark', () => {
    expect(read(of('rank1\n路灯\n', 'utf8'))).toEqual(['utf-8', false, 'rank1\n路灯\n']);
    expect(read(of('\uFEFFrank1\nŁódź\n', 'utf8'))).toEqual(['utf-8', true, 'rank1\nŁódź\n']);
    expect(read(Buffer.alloc(0))).toEqual(['utf-8', false, '']);
  });

  it.each(['utf-16le', 'utf-16be'])('is %s, with a mark, and without one where line ends show the order of the bytes', (encoding) => {
    const text = '第一选择,第二选择\n路灯,一\n';
    expect(read(of(`\uFEFF${text}`, encoding))).toEqual([encoding, true, text]);
    expect(read(of(text, encoding))).toEqual([encoding, false, text]);
    expect(read(of('rank1\nA\n', encoding))).toEqual([encoding, false, 'rank1\nA\n']);
    expect(read(of('rank1', encoding))).toEqual(undecided(1));
  });

  it('is GB18030 where a byte within a character is a bar, and where it has four bytes', () => {
    const text = 'rank1,rank2\n李珅华,王明\n';
    const bytes = of(text, 'gb18030');
    expect(bytes.includes('|')).toBe(true);
    expect(read(bytes)).toEqual(['gb18030', false, text]);
    expect(read(of('rank1\n王㐀明\n', 'gb18030'))).toEqual(['gb18030', false, 'rank1\n王㐀明\n']);
  });

  it.each([
    ['windows-1250', 'META\n1;Łódź\n', 2],
    ['windows-1250', 'rank1\nŁódka\nMałót\n', 2],
    ['windows-1250', 'rank1\nBÓŃKA\nKOŃ\n', 2],
    ['latin1', 'rank1\nVélo\nBänk\n', 2],
    ['windows-1251', 'rank1,rank2\nИванова,Петров\n', 2],
    ['windows-1251', 'rank1,rank2\nИванов,Петров\n', 2],
    ['shift_jis', 'rank1\nすずき\nさとう\n', 2],
  ])('is not guessed where it is %s: %j', (encoding, text, line) => {
    expect(read(of(text, encoding))).toEqual(undecided(line));
    expect(read(of(text, encoding), encoding)).toEqual([encoding, false, text]);
  });

  it.each([
    ['euc-kr', ['김민준\n이서연', '가로등\n놀이터\n주차장', '서울특별시\n부산광역시\n대구', '찬성\n반대', '정우성\n한지민\n강동원']],
    ['euc-jp', ['山田太郎\n鈴木花子', '佐藤\n田中\n高橋', '公園\n図書館', 'さくら\nもみじ', '東京都\n大阪府', '賛成\n反対']],
    ['shift_jis', ['山田太郎\n鈴木花子', '公園\n図書館', 'サッカー\n野球']],
    ['big5', ['陳水扁\n馬英九', '公園\n圖書館', '王小明\n李大華']],
    ['koi8-r', ['Иван\nМихаил', 'Парк\nМост', 'Иванов\nПетров', 'кино\nпарк']],
    ['iso-8859-5', ['Иван\nАнна', 'Парк\nМост', 'Иванов\nПетров', 'кино\nпарк']],
    ['windows-1251', ['Иван\nАнна', 'Парк\nМост', 'Иванов\nПетров', 'кино\nпарк']],
    ['tis620', ['สวนสาธารณะ\nห้องสมุด', 'วัดโพธิ์', 'รถไฟ', 'กขคง']],
    ['windows-1250', ['Łódka\nŻaba', 'Władysław\nGrażyna', 'święto', 'ŚśĆć', 'Łąka\nSzczęście\nRóża']],
    ['windows-1253', ['νερό\nΝίκη']],
    ['windows-1256', ['محمد\nأحمد']],
  ])('is not taken for GB18030 where it is %s, although the bytes may be valid', (encoding, texts) => {
    const files = texts.map((text) => of(`rank1\n${text}\n`, encoding));
    expect(files.map((bytes) => read(bytes))).toEqual(texts.map(() => undecided(2)));
    expect(files.map((bytes) => read(bytes, encoding)[2])).toEqual(texts.map((text) => `rank1\n${text}\n`));
  });

  it.each([
    '李珅华\n王明',
    '王珅\n李玥\n张喆',
    '欧阳珏\n司马翀\n诸葛喆',
    '龚玥婷\n翟旻昱\n曹煐',
    '赵淼\n钱焱\n孙垚\n周曌',
    '路灯\n长椅\n花坛',
    '停车棚\n健身器材\n儿童乐园',
    '张三\n李四',
    '赞成\n反对\n弃权',
    '红旗小区\n清江社区',
    '加装电梯（A栋）\n绿化改造',
  ])('is GB18030 where it is Chinese, also with rare characters: %j', (text) => {
    expect(read(of(`rank1\n${text}\n`, 'gbk'))).toEqual(['gb18030', false, `rank1\n${text}\n`]);
  });

  it('is told from its beginning and its most frequent characters, however long it is', () => {
    const rare = iconv.decode(
      Buffer.from(Array.from({ length: 94 * 20 }, (_, i) => [0xd8 + Math.floor(i / 94), 0xa1 + (i % 94)]).flat()),
      'gbk',
    );
    const text = `rank1\n${'王明\n李华\n张伟\n'.repeat(60_000)}${[...rare].join('\n')}\n`;
    expect(read(of(text, 'gbk')).slice(0, 2)).toEqual(['gb18030', false]);
    expect(read(of(`rank1\n${'김민준\n이서연\n박지호\n'.repeat(60_000)}`, 'euc-kr'))).toEqual(undecided(2));
    expect(read(of(`rank1\n${'山田太郎\n鈴木花子\n'.repeat(60_000)}`, 'euc-jp'))).toEqual(undecided(2));
  });

  it('is not told where it has too few characters', () => {
    expect(read(of('rank1\nA栋\nB栋\n', 'gbk'))).toEqual(undecided(2));
    expect(read(of('rank1\n彭煐\n', 'gbk'))).toEqual(undecided(2));
  });

  it('is refused where it is not what it is declared to be, or no text', () => {
    const odd = of('rank1\n路灯\n', 'utf-16le').subarray(0, -1);
    expect(read(of('rank1\nCafé\n', 'latin1'), 'gb18030')).toEqual(['2: the file is not text in gb18030']);
    expect(read(of('rank1\nVélo\n', 'latin1'), 'utf-8')).toEqual(['2: the file is not text in utf-8']);
    expect(read(Buffer.concat([Buffer.from('fffe', 'hex'), odd]))).toEqual(['1: the file is not text in utf-16le']);
    expect(read(Buffer.from('PK\x03\x04\x00\x00', 'latin1'))).toEqual(undecided(1));
    expect(read(Buffer.from([0x81]), 'windows-1250')).toEqual(['1: the file is not text in windows-1250']);
  });

  it('may be declared UTF-16 without the order of its bytes', () => {
    expect(read(of('a\n', 'utf-16be'), 'UTF-16')).toEqual(['utf-16be', false, 'a\n']);
    expect(read(of('\uFEFFa', 'utf-16le'), 'utf-16')).toEqual(['utf-16le', true, 'a']);
    expect(read(of('a\n', 'utf8'), 'UTF8')).toEqual(['utf-8', false, 'a\n']);
  });

  it('has an encoding that iconv knows', () => {
    expect(['gb18030', 'GBK', 'windows-1250', 'cp1250', 'latin1', 'utf-16'].filter((name) => !isEncoding(name))).toEqual([]);
    expect(['base64', 'hex', 'utf-7', '_internal', 'constructor', 'klingon', ''].filter(isEncoding)).toEqual([]);
  });

  it('gives the same bytes again, whatever they are', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 40 }),
        fc.constantFrom(undefined, 'gb18030', 'windows-1250', 'utf-16', 'big5'),
        (bytes, declared) => {
          try {
            const file = readText(bytes, declared);
            expect(Buffer.from(bytesOf(file.text, file))).toEqual(Buffer.from(bytes));
          } catch (error) {
            expect(error).toBeInstanceOf(MalformedFile);
          }
        },
      ),
      { numRuns: 1000 },
    );
  });
});
