/*
 * Semantic-convention keys, version 1.44, written out: depending on the package that lists them costs bundle
 * size and has broken others when it renamed its exports. To be imported as `ATTR`; constants instead of an object's
 * fields, so that a bundle has those it uses, without their names.
 */

export const clientAddress = 'client.address'
export const errorType = 'error.type'
export const coldStart = 'faas.coldstart'
export const requestMethod = 'http.request.method'
export const requestMethodOriginal = 'http.request.method_original'
export const statusCode = 'http.response.status_code'
export const route = 'http.route'
export const serverAddress = 'server.address'
export const serverPort = 'server.port'
export const urlFull = 'url.full'
export const urlPath = 'url.path'
export const urlQuery = 'url.query'
export const urlScheme = 'url.scheme'
export const userAgent = 'user_agent.original'
