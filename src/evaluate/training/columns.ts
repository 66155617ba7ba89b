/** What a column holds; with a question mark it may be null. */
export type Shape =
  'text' | 'text?' | 'number' | 'number?' | 'boolean' | { readonly list: Shape } | { readonly fields: ShapesByName };
interface ShapesByName {
  readonly [name: string]: Shape;
}

/** A row's columns by name: one for each of its fields. */
export type Columns<Row> = { readonly [Name in keyof Row]: Shape };
