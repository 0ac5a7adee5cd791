// The same suite over every api-version this build speaks: what callers see must not depend on it.
import { type ApiVersion, apiVersions } from '../../../shared/settings';
import type { Mode } from '../../harness/proxy';
import { errorSuite } from './errors';
import { removalSuite } from './removals';
import { setStage } from './stage';

export function matrix(mode: Mode): void {
  describe.each(Object.keys(apiVersions) as ApiVersion[])(`${mode}, %s`, (version) => {
    const stage = setStage({ version, mode });
    removalSuite(stage);
    errorSuite(stage);
  });
}
