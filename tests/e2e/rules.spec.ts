import { expect, test } from './fixtures';

test('every rule on the same paths: whom it elects, and whether that is not the majority’s answer', async ({
  solved: solvePage,
}) => {
  const brief = await solvePage.ruleData();
  await solvePage.page.getByRole('button', { name: 'All 18 rules, explained' }).click();
  const rules = await solvePage.ruleData();
  expect(rules).toHaveLength(18);
  expect(brief.length).toBeLessThan(rules.length);
  expect(rules).toEqual(expect.arrayContaining(brief));

  const heads = new Map<string, number>();
  for (const { answer } of await solvePage.rowData()) {
    if (answer !== null) heads.set(answer, (heads.get(answer) ?? 0) + 1);
  }
  const majority = [...heads].reduce((best, entry) => (entry[1] > best[1] ? entry : best))[0];
  const elects = (rule: string) => rules.find((row) => row.rule === rule)?.answer;
  expect(elects('majority')).toBe(majority);
  await expect(solvePage.verdict).toHaveAttribute('data-sasc', elects('sasc') ?? 'none');
  for (const { answer, flips } of rules) {
    expect([...heads.keys()]).toContain(answer);
    expect(flips).toBe(answer !== majority);
  }
  const others = rules.filter(({ flips }) => flips).length;
  await expect(solvePage.page.getByTestId('rules-summary')).toHaveText(
    others === 0 ? /^All 18 rules give the same/ : new RegExp(`^${others} of 18 rules gives? another`),
  );

  await test.step('any of them can be chosen to decide the verdict, and the choice stays', async () => {
    const { page, verdict } = solvePage;
    const best = await verdict.getAttribute('data-rule');
    await page.getByRole('button', { name: 'Advanced' }).click();
    await page.getByTestId('verdict-rule').click();
    await page.getByRole('option', { name: 'SASC as published' }).click();
    await expect(verdict).toHaveAttribute('data-rule', 'sasc');
    await expect(verdict).toHaveAttribute('data-answer', elects('sasc') ?? 'none');
    await page.getByRole('button', { name: 'Reset to defaults' }).click();
    await expect(verdict).toHaveAttribute('data-rule', best ?? 'none');
  });

  await test.step('a known answer adds what a rule could reach', async () => {
    const last = [...heads.keys()].at(-1) ?? '';
    await solvePage.page.getByLabel('Correct answer').fill(last);
    expect((await solvePage.ruleData()).at(-1)).toEqual({ rule: 'oracle', answer: last, flips: last !== majority });
  });
});
