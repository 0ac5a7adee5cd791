// The whole suite in credential mode user-token, over every api-version.
import { matrix } from './suite/matrix';

matrix('user-token');
