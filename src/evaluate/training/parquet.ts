import { parquetWriteBuffer } from 'hyparquet-writer';
import type { Columns, Shape } from './columns';

type SchemaElement = NonNullable<Parameters<typeof parquetWriteBuffer>[0]['schema']>[number];

/** Rows as a Parquet file: nested columns are groups and three-level lists, as the format's document asks. */
export function parquetOf<Row extends object>(rows: readonly Row[], columns: Columns<Row>): Uint8Array<ArrayBuffer> {
  const names = Object.keys(columns) as (keyof Row & string)[];
  const schema: SchemaElement[] = [
    { name: 'root', num_children: names.length },
    ...names.flatMap((name) => elementsOf(name, columns[name])),
  ];
  const columnData = names.map((name) => ({ name, data: rows.map((row) => row[name]) }));
  return new Uint8Array(parquetWriteBuffer({ columnData, schema }));
}

function elementsOf(name: string, shape: Shape): SchemaElement[] {
  if (typeof shape === 'string') return [{ name, ...leafOf(shape) }];
  if ('list' in shape) {
    return [
      { name, converted_type: 'LIST', repetition_type: 'REQUIRED', num_children: 1 },
      { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
      ...elementsOf('element', shape.list),
    ];
  }
  const fields = Object.entries(shape.fields);
  return [
    { name, repetition_type: 'REQUIRED', num_children: fields.length },
    ...fields.flatMap(([field, inner]) => elementsOf(field, inner)),
  ];
}

function leafOf(shape: Extract<Shape, string>): Omit<SchemaElement, 'name'> {
  const repetition_type = shape.endsWith('?') ? 'OPTIONAL' : 'REQUIRED';
  switch (shape) {
    case 'text':
    case 'text?':
      return { type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type };
    case 'number':
    case 'number?':
      return { type: 'DOUBLE', repetition_type };
    case 'boolean':
      return { type: 'BOOLEAN', repetition_type };
  }
}
