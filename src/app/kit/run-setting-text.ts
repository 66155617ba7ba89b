import { RUN_SETTINGS, VOTE_SETTINGS } from '../../run/settings';
import { settingTexts } from './setting-texts';

/** What the page calls the settings of a run and of its vote. */
export const runSettingText = settingTexts(
  { ...RUN_SETTINGS, ...VOTE_SETTINGS },
  ['setting'],
  import.meta.glob('../../paraglide/messages/setting_*.js', { eager: true }),
);
