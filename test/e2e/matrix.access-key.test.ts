// The whole suite in credential mode access-key, over every api-version.
import { matrix } from './suite/matrix';

matrix('access-key');
