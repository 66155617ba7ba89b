/** A chart as a table, all of it text as the page's language writes it. */
export interface TableData {
  /** What the table is of; read out before it, and its heading. */
  readonly title: string;
  readonly columns: readonly { readonly name: string; readonly isNumber: boolean }[];
  /** The first cell of a row names it. */
  readonly rows: readonly (readonly string[])[];
}

export const textColumn = (name: string) => ({ name, isNumber: false });
export const numberColumn = (name: string) => ({ name, isNumber: true });
