/* Events as AWS documents them, each for one request. */

export interface Asked {
  method?: string
  path: string
  query?: string
  headers?: Record<string, string>
  body?: string
}

/** API Gateway, REST API: payload version 1.0. */
export const apiGatewayV1 = ({ method = 'GET', path, query = '', headers = {}, body }: Asked) => ({
  version: '1.0',
  resource: '/{proxy+}',
  path,
  httpMethod: method,
  headers: { Host: 'abc.execute-api.eu-west-1.amazonaws.com', ...headers },
  multiValueHeaders: Object.fromEntries(
    Object.entries({ Host: 'abc.execute-api.eu-west-1.amazonaws.com', ...headers }).map(
      ([k, v]) => [k, [v]],
    ),
  ),
  queryStringParameters: query ? Object.fromEntries(new URLSearchParams(query)) : null,
  multiValueQueryStringParameters: query
    ? Object.fromEntries([...new URLSearchParams(query)].map(([k, v]) => [k, [v]]))
    : null,
  pathParameters: { proxy: path.slice(1) },
  stageVariables: null,
  requestContext: {
    accountId: '123456789012',
    apiId: 'abc',
    authorizer: {},
    domainName: 'abc.execute-api.eu-west-1.amazonaws.com',
    domainPrefix: 'abc',
    extendedRequestId: 'request-id',
    httpMethod: method,
    identity: { sourceIp: '192.0.2.1', userAgent: 'curl' },
    path: `/prod${path}`,
    protocol: 'HTTP/1.1',
    requestId: 'id=',
    requestTime: '04/Mar/2026:19:15:17 +0000',
    requestTimeEpoch: 1583349317135,
    resourcePath: '/{proxy+}',
    stage: 'prod',
  },
  body: body ?? null,
  isBase64Encoded: false,
})

/** API Gateway, HTTP API: payload version 2.0. A function URL has the same. */
export const apiGatewayV2 = (
  { method = 'GET', path, query = '', headers = {}, body }: Asked,
  domainName = 'abc.execute-api.eu-west-1.amazonaws.com',
) => ({
  version: '2.0',
  routeKey: '$default',
  rawPath: path,
  rawQueryString: query,
  cookies: ['seen=1'],
  headers: { host: domainName, ...headers },
  requestContext: {
    accountId: '123456789012',
    apiId: 'abc',
    authentication: null,
    authorizer: {},
    domainName,
    domainPrefix: 'abc',
    http: { method, path, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'curl' },
    requestId: 'id',
    routeKey: '$default',
    stage: '$default',
    time: '12/Mar/2026:19:03:58 +0000',
    timeEpoch: 1583348638390,
  },
  ...(body !== undefined && { body }),
  isBase64Encoded: false,
})

export const functionUrl = (asked: Asked) => apiGatewayV2(asked, 'abc.lambda-url.eu-west-1.on.aws')

/** An Application Load Balancer. */
export const loadBalancer = ({ method = 'GET', path, query = '', headers = {}, body }: Asked) => ({
  requestContext: {
    elb: {
      targetGroupArn: 'arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/shop/1',
    },
  },
  httpMethod: method,
  path,
  queryStringParameters: Object.fromEntries(new URLSearchParams(query)),
  headers: { host: 'shop-1.eu-west-1.elb.amazonaws.com', 'x-forwarded-proto': 'https', ...headers },
  body: body ?? '',
  isBase64Encoded: false,
})

/** CloudFront's viewer request. */
export const viewerRequest = ({ method = 'GET', path, query = '', headers = {}, body }: Asked) => ({
  Records: [
    {
      cf: {
        config: {
          distributionDomainName: 'd111111abcdef8.cloudfront.net',
          distributionId: 'EDFDVBD6EXAMPLE',
          eventType: 'viewer-request',
          requestId: '4TyzHTaYWb1GX1qTfsHhEqV6HUDd_BzoBZnwfnvQc_1oF26ClkoUSEQ==',
        },
        request: {
          clientIp: '203.0.113.178',
          method,
          uri: path,
          querystring: query,
          headers: Object.fromEntries(
            Object.entries({ host: 'd111111abcdef8.cloudfront.net', ...headers }).map(
              ([key, value]) => [key.toLowerCase(), [{ key, value }]],
            ),
          ),
          ...(body !== undefined && {
            body: { inputTruncated: false, action: 'read-only', encoding: 'text', data: body },
          }),
        },
      },
    },
  ],
})

export const ARN = 'arn:aws:lambda:eu-west-1:123456789012:function:shop'

/** What Lambda hands over with each event. */
export const lambdaContext = (more: object = {}) => ({
  callbackWaitsForEmptyEventLoop: true,
  functionName: 'shop',
  functionVersion: '7',
  invokedFunctionArn: ARN,
  memoryLimitInMB: '256',
  awsRequestId: 'c6af9ac6-7b61-11e6-9a41-93e812345678',
  logGroupName: '/aws/lambda/shop',
  logStreamName: '2026/11/30/[7]aa',
  getRemainingTimeInMillis: () => 3000,
  ...more,
})

/** The variables that every function has. */
export const VARIABLES = {
  AWS_LAMBDA_FUNCTION_NAME: 'shop',
  AWS_LAMBDA_FUNCTION_VERSION: '7',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
  AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/shop',
  AWS_LAMBDA_LOG_STREAM_NAME: '2026/11/30/[7]aa',
  AWS_REGION: 'eu-west-1',
}
