// The same suite over every api-version this build speaks: what callers see must not depend on it.
import { type ApiVersion, apiVersions } from '../../../shared/apiVersions';
import { IN_PROCESS, type Mode } from '../../harness/proxy';
import { errorSuite } from './errors';
import { removalSuite } from './removals';
import { setStage } from './stage';

/** One version a dialect does for mutation testing, which runs the suite a thousand times. */
const versions: ApiVersion[] = IN_PROCESS ? ['2022-02-01', '2025-03-13'] : (Object.keys(apiVersions) as ApiVersion[]);

export function matrix(mode: Mode): void {
  describe.each(versions)(`${mode}, %s`, (version) => {
    const stage = setStage({ version, mode });
    removalSuite(stage);
    errorSuite(stage);
  });
}
