// What build.mjs writes into the bundle.

/** Version of the package. */
declare const PROXY_VERSION: string;
/** JSON text of the API's definition in OpenAPI 3.0; see contract/definition. */
declare const OPENAPI_DEFINITION: string;
/** JSON text of the API's definition in OpenAPI 2.0. */
declare const SWAGGER_DEFINITION: string;
