import { LEARN_SETTINGS } from '../../learn/settings';
import { settingTexts } from '../kit/setting-texts';

/** What the page calls the settings of learning: as those of a run, where it has no word of its own. */
export const learnSettingText = settingTexts(
  LEARN_SETTINGS,
  ['learn_setting', 'setting'],
  import.meta.glob(['../../paraglide/messages/setting_*.js', '../../paraglide/messages/learn_setting_*.js'], {
    eager: true,
  }),
);
