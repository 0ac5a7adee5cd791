// The whole suite in credential mode entra, over every api-version.
import { matrix } from './suite/matrix';

matrix('entra');
