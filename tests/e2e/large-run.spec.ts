import { expect, test } from './fixtures';
import { LargeRunPage } from './pages/large-run-page';

test('64 paths of 2,000 tokens: the page keeps up with the hand', async ({ page }, { annotations }) => {
  const run = new LargeRunPage(page);
  const note = (name: string, figure: number, unit: string) => {
    annotations.push({ type: name, description: `${figure.toFixed(1)} ${unit}` });
    console.log(`${name}: ${figure.toFixed(1)} ${unit}`);
    return figure;
  };

  await test.step('it opens within two seconds', async () => {
    expect(note('opening', await run.open(), 'ms')).toBeLessThan(2000);
    await expect(run.rows).toHaveCount(64);
  });
  await test.step('the overview is painted within a frame, whichever path or step is pointed at', async () => {
    expect(note('down the rows', await run.overRows(), 'ms a frame')).toBeLessThan(16);
    expect(note('along a row', await run.alongRow(), 'ms a frame')).toBeLessThan(16);
  });
  await test.step('dragging the gate takes the vote anew twenty times a second', async () => {
    expect(note('gate', await run.draggingGate(), 'ms a frame')).toBeLessThan(50);
  });
  await test.step('steps are marked at thirty frames a second, two thousand tokens in view', async () => {
    expect(note('brush', await run.brushing(), 'ms a frame')).toBeLessThan(33);
  });
  await test.step('in less than 300 MB', async () => {
    expect(note('memory', await run.memory(), 'MB')).toBeLessThan(300);
  });
});
