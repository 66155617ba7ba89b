/** The part of docs/RESULTS.md that no script can measure again cheaply: what was tried before the settings were fixed. */
export const NOTES = `## What was tried before

To be written.
`;
