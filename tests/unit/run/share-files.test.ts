import { crc32 as zlibCrc32, deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { crc32 } from '../../../src/run/formats/crc32';
import { decideRun } from '../../../src/run/decide-run';
import { deflate, inflate, TooBigError } from '../../../src/run/formats/deflate';
import { dataOf, isPng, withData } from '../../../src/run/formats/png-data';
import { pathsCsv, tokensCsv } from '../../../src/run/formats/run-csv';
import { writeRun } from '../../../src/run/formats/run-document';
import { readRunFile, runJson, runPicture } from '../../../src/run/formats/run-file';
import { sampleRun } from './sample-run';
import { syntheticRecord } from './share-runs';

const bytesOf = (text: string) => new TextEncoder().encode(text);

/** A PNG of one grey pixel. */
function smallPng(): Uint8Array<ArrayBuffer> {
  const header = Uint8Array.of(0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0);
  const chunk = (type: string, data: Uint8Array) => {
    const body = [...bytesOf(type), ...data];
    const sum = zlibCrc(Uint8Array.from(body));
    return [...word(data.length), ...body, ...word(sum)];
  };
  const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
  const pixels = deflateSync(Uint8Array.of(0, 127));
  return Uint8Array.from([
    ...signature,
    ...chunk('IHDR', header),
    ...chunk('IDAT', pixels),
    ...chunk('IEND', Uint8Array.of()),
  ]);
}

const word = (value: number) => [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];

/** The reference of another implementation, where this Node has it. */
function zlibCrc(bytes: Uint8Array): number {
  return zlibCrc32 === undefined ? crc32(bytes) : zlibCrc32(bytes);
}

describe('CRC-32', () => {
  it('is that of the standards', () => {
    expect(crc32(bytesOf('123456789'))).toBe(0xcbf43926);
    expect(crc32(bytesOf('IEND'))).toBe(0xae426082);
    expect(crc32(bytesOf('1234'), bytesOf('56789'))).toBe(0xcbf43926);
  });
});

describe('inflating', () => {
  it('gives back what was deflated, and stops at what is too much', async () => {
    const bytes = bytesOf('a'.repeat(100_000));
    const packed = await deflate(bytes, 'deflate-raw');
    expect(await inflate(packed, 'deflate-raw', 100_000)).toEqual(bytes);
    await expect(inflate(packed, 'deflate-raw', 99_999)).rejects.toBeInstanceOf(TooBigError);
  });
});

describe('a picture with data', () => {
  it('is a picture still: every chunk whole, its end last, and the data come back', () => {
    const data = bytesOf('everything');
    const png = withData(smallPng(), data);
    expect(dataOf(png)).toEqual(data);
    expect(isPng(png)).toBe(true);
    const types: string[] = [];
    const view = new DataView(png.buffer);
    for (let at = 8; at < png.length;) {
      const length = view.getUint32(at);
      types.push(String.fromCharCode(...png.subarray(at + 4, at + 8)));
      expect(view.getUint32(at + 8 + length)).toBe(zlibCrc(png.subarray(at + 4, at + 8 + length)));
      at += length + 12;
    }
    expect(types).toEqual(['IHDR', 'IDAT', 'saSc', 'IEND']);
  });

  it('has none where nobody put any, where they changed, and where the file is cut', () => {
    expect(dataOf(smallPng())).toBeNull();
    const png = withData(smallPng(), bytesOf('everything'));
    const changed = png.slice();
    const at = png.length - 12 - 4 - 3;
    changed[at] = (changed[at] ?? 0) ^ 1;
    expect(dataOf(changed)).toBeNull();
    for (let length = 8; length < png.length - 12; length++) expect(dataOf(png.slice(0, length))).toBeNull();
  });
});

describe('a run as a file', () => {
  it('comes back whole from JSON and from a picture', async () => {
    const record = syntheticRecord({ paths: 4 });
    const picture = await runPicture(new Blob([smallPng()]), record);
    for (const file of [new Blob([runJson(record)]), picture]) {
      const read = await readRunFile(file);
      if (!read.ok) throw new Error(read.code);
      expect(writeRun(read.value)).toEqual(writeRun(record));
    }
  });

  it('is refused with one code where it is something else', async () => {
    const codeOf = async (...parts: BlobPart[]) => {
      const read = await readRunFile(new Blob(parts));
      return read.ok ? 'opened' : read.code;
    };
    expect(await codeOf(smallPng())).toBe('file-no-picture-data');
    expect(await codeOf(withData(smallPng(), bytesOf('no run')))).toBe('file-no-run');
    expect(await codeOf('{"format":"other"}')).toBe('file-no-run');
    expect(await codeOf('no JSON')).toBe('file-no-run');
    expect(await codeOf('')).toBe('file-no-run');
    expect(await codeOf(new Uint8Array(64 * 2 ** 20 + 1))).toBe('file-too-big');
  });
});

/** RFC 4180, by the letter. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [[]];
  const cells = text.matchAll(/("(?:[^"]|"")*"|[^,\r\n]*)(,|\r\n|$)/g);
  for (const [, cell = '', end] of cells) {
    rows.at(-1)?.push(cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell);
    if (end === '\r\n') rows.push([]);
  }
  return rows.slice(0, -1);
}

describe('tables', () => {
  it('have a row a path, with every figure to the last bit', () => {
    const record = syntheticRecord({ paths: 8 });
    const decision = decideRun(record.trace);
    const [head = [], ...rows] = parseCsv(pathsCsv(record, decision));
    expect(rows).toHaveLength(8);
    rows.forEach((row, i) => {
      const cells = Object.fromEntries(head.map((name, k) => [name, row[k] ?? '']));
      const { status, weight } = decision.vote.paths[i] ?? {};
      expect(cells).toMatchObject({ path: String(i + 1), status, answer: decision.answers[i] ?? '' });
      expect(Number(cells.stability_nats)).toBe(record.trace.paths[i]?.stability);
      expect(cells.weight).toBe(weight === null ? '' : String(weight));
      const path = record.trace.paths[i];
      expect(cells.text).toBe(path === undefined ? '' : record.trace.text(path));
    });
  });

  it('have a row a token', () => {
    const record = sampleRun();
    const [head = [], ...rows] = parseCsv(tokensCsv(record));
    expect(rows).toHaveLength(record.trace.paths.reduce((sum, { length }) => sum + length, 0));
    expect(head).toContain('entropy_top_40');
    expect(rows.every((row) => row.length === head.length)).toBe(true);
    expect(rows[2]?.slice(0, 4)).toEqual(['1', '3', '43', "'+"]);
  });

  it('hold nothing that a spreadsheet would run', () => {
    const record = sampleRun(['=1+1', '@x', '-5', '+1|y', 'a,"b"\r\nc']);
    const rows = parseCsv(pathsCsv(record, decideRun(record.trace)));
    expect(rows.slice(1).map((row) => row.at(-1))).toEqual(["'=1+1", "'@x", '-5', "'+1|y", 'a,"b"\r\nc']);
    // Numbers stay numbers, and nothing is hidden behind white space.
    const others = ['+5', '-1.5e-3', '-5=x', '\t=1', '\t5', '\r=1', ' =1', '-Infinity', '-0x10', '＝1', '=', '- 5'];
    const kept = parseCsv(pathsCsv(sampleRun(others), decideRun(sampleRun(others).trace))).slice(1);
    expect(kept.map((row) => row.at(-1))).toEqual(['+5', '-1.5e-3', ...others.slice(2).map((text) => `'${text}`)]);
  });
});
