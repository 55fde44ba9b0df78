/** The secret in the texts below. */
export const SECRET = 'hunter2-h0rse'

/** Texts in which a name says that what follows is secret; `§` stands for it. */
export const SECRET_TEXTS: readonly string[] = [
  'password=§', 'password = §', 'password: §', 'password:§', 'password := §', "password='§'", 'password="§"', "password: '§'",
  'password => "§"', 'user=ann password=§ host=db', 'Password=§;Server=db', 'Server=db;Uid=ann;Pwd=§;', 'DB_PASS=§', 'export DB_PASS="§"',
  'pass=§', '{ user: "ann", pass: "§" }', '"pass":"§"', 'smtp_pass: §', '{"password":"§"}', '{"password": "§", "a": 1}', '{"password":["§"]}',
  '{"passwords":["x","§"]}', '{"tokens":[ "§" ]}', '{"password":{"value":"§"}}', '{"a":"{\\"password\\":\\"§\\"}"}',
  '{"a":"{\\"b\\":\\"{\\\\\\"password\\\\\\":\\\\\\"§\\\\\\"}\\"}"}', '{"accessTokens":"§"}', '{"apiKeys":"§"}', '{"otpCode":"§"}', '{"token2":"§"}',
  'accessToken=§', 'refresh_token=§&grant_type=refresh_token', 'https://a.example/?token=§', 'https://a.example/?a=1&api_key=§&b=2',
  'https://a.example/cb?code=§', 'https://a.example/?sig=§', 'https://a.example/#access_token=§', 'user[password]=§', 'user%5Bpassword%5D=§',
  'token%3D§', 'next=%2Fcb%3Ftoken%3D§', 'token%253D§', '%22password%22%3A%22§%22', 'password%3A§', 'Authorization: Basic §', 'authorization: §',
  'Authorization: Token §', 'Authorization: Bearer §', 'Authorization: Digest username="ann", realm="x", response="§"',
  "curl -H 'Authorization: Digest username=\"ann\", response=\"§\"' https://a.example", '{"Authorization":"Digest username=\\"ann\\", response=\\"§\\""}',
  'Authorization: AWS4-HMAC-SHA256 Credential=x/y, SignedHeaders=host, Signature=§', 'Authorization: OAuth oauth_token="§"', 'Proxy-Authorization: Negotiate §',
  '"authorization": ["§"]', 'Cookie: sid=§', 'Cookie: a=b; sid=§; c=d', 'Set-Cookie: sid=§; Path=/; HttpOnly', 'cookie: "sid=§"', 'X-Api-Key: §',
  'x-api-key=§', 'PRIVATE-TOKEN: §', 'X-CSRF-Token: §', '<password>§</password>', '<Password type="text">§</Password>', '<wsse:Password>§</wsse:Password>',
  '<password><![CDATA[§]]></password>', '<add key="password" value="§"/>', '<input name="password" type="password" value="§">',
  '<input type="hidden" name="csrf_token" value="§">', '{"name":"password","value":"§"}', '{"key":"apiKey","value":"§"}', '{"name": "token", "type": "string", "value": "§"}',
  "{ name: 'password', value: '§' }", '{\\"name\\":\\"password\\",\\"value\\":\\"§\\"}', 'Content-Disposition: form-data; name="password"\r\n\r\n§\r\n--x',
  'Content-Disposition: form-data; name="token"\r\nContent-Type: text/plain\r\n\r\n§', 'mysql --password=§', 'tool --password § --host db', 'tool --api-key "§"',
  'tool --token=§', 'postgres://ann:§@db.example/x', 'https://§@a.example/x', 'redis://:§@cache.example:6379/0', 'amqp://u:§@mq.example', 'mongodb+srv://u:§@c.example/?w=1',
  '"uri":"https:\\/\\/u:§@a.example"', 'AccountName=x;AccountKey=§==;EndpointSuffix=y', 'Endpoint=sb://x;SharedAccessKeyName=y;SharedAccessKey=§',
  '_gitlab_session=x; secret=§', 'client_secret=§', "'client_secret' => '§'", 'secret: `§`', 'connection_string: "Server=a;x=§"', 'jwt=§', 'otp: §', 'pin=§', 'cvv: §', 'ssn=§',
  'sent Bearer § to them', 'BEARER §', 'bearer token §', 'signature=§', 'X-Amz-Signature=§', 'seed_phrase="a b § c"', 'password\n: §', "password:'§'", 'PASSWORD=§', 'passcode: §',
  '//registry.npmjs.org/:_authToken=§', '_auth=§', 'machine a.example login ann password: §', 'token = §', 'apikey:§', 'secretAccessKey: "§"',
] // biome-ignore format: a list

/** What looks like a secret, or stands where one might, and must stay: texts of ordinary logs. */
export const INNOCENT_TEXTS: readonly string[] = [
  'order read', 'GET /orders/:id 200', 'Basic auth required', 'Basic authentication failed for ann', 'bearer token missing', 'Bearer authentication is required',
  'basic plan chosen', 'the token is expired', 'token expired', 'invalid token', 'Unexpected token < in JSON', 'Unexpected token } in JSON at position 5',
  'no password given', 'password is required', 'password reset requested', 'wrong password for ann', 'passwords do not match', 'first pass: 3 rows',
  'pass: 12, fail: 3', 'second pass: done', 'tests passed: 12', 'bypass: on', 'the secret of good coffee', 'cookie banner shown', 'authorization failed',
  'authorized by ann', 'author: ann', 'authors: ann, bob', 'max_tokens=4096', 'tokens: 12', '"tokens":12', '"total_tokens": 1234', 'prompt_tokens=12 completion_tokens=34',
  'tokens=1763', 'used 12 tokens', 'token_type=bearer', 'tokenizer: gpt', 'status_code=200', 'exit code: 1', 'error code: ENOENT', 'code=200', 'zip_code=12345', 'promo_code=SPRING',
  'key=value', 'key: 5', 'cache_key=orders:17', 'primary_key=id', 'partition_key: tenant', 'Idempotency-Key: {uuid}', 'keyboard: qwerty', 'shipping=express', 'mapping: on', 'spinning: yes',
  'pinned: 3', 'opinion: good', 'discard=yes', 'scorecard: B', 'wildcard=*', 'dashboard: sales', 'compass: north', 'passenger: bob', 'session_id=sess-1', 'hasPassword=true', 'password=true',
  'token: null', 'secret: false', 'password: undefined', '"token":null', '"secret":false',
  'at 2026-11-21T08:30:15.042Z', 'took 1763713815042 ms', 'id {uuid}', 'trace {hex32}', 'span {hex16}', 'commit {hex40}', 'sha256:{hex64}', 'digest sha256:{hex64}',
  'sha512-{b6486}==', 'integrity sha384-{b6464}', 'etag W/"{hex32}"', 'md5 {hex32}', 'call +31 6 12345678', 'tel 030 1234 5678', 'ratio 0.4111111111111111', '1 2 3 4 5 6 7 8 9 10 11 12 13 14',
  '4111111111111112', '4111 1111 1111 1112', 'order 4000123412341234', 'isbn 978-3-16-148410-0', 'iban DE89 3704', 'ean 4006381333931', 'snowflake 1234567890123456789', 'https://a.example/path?page=2&sort=asc#top',
  'https://a.example/orders/{uuid}', 'https://a.example/users/{hex24}/orders', 'https://a.example/token', 'https://a.example/reset-password', 'https://a.example/api/tokens/{uuid}', 'https://a.example/verify-email/', 'https://a.example/services/list',
  'https://hooks.slack.com/', 'https://api.telegram.org/', 'https://discord.com/api/webhooks', 'https://a.example/webhooks/{uuid}', 'https://a.example/hooks/list', 'https://a.example/trigger/door', 'https://a.example/secrets/rotation-schedule-overview-page',
  'https://a.example/auth/callback', 'https://a.example/password/forgot', 'mail ann@a.example', 'ann@a.example wrote', 'git@github.com:acme/shop.git', 'npm i @acme/shop@1.2.3', 'file:///app/dist/index.js:10:20',
  'desk-lamp ask-for-help-please-now', 'sk-SK', 'sk-learn-compatible-interfaces', 'risk-assessment-questionnaire-2026', 'task-scheduler-worker-pool-17', 'npm_config_registry', 'npm_package_dependencies_typescript', 'npm_lifecycle_event',
  'hf_hub_download_timeout_seconds', 'live_view_component_renderer', 'test_that_the_order_is_paid_in_full', 'token_bucket_rate_limiter', 'secret_santa_participants_list', 'key-value-store-production', 'sdk-metrics-exporter-otlp-http', 'pat.lastname.engineering.team',
  'access-control-allow-origin', 'cus_{an14}', 'pi_{an24}', 'ch_{an24}', 'price_{an24}', 'sub_{an24}', 'evt_{an24}', 'req_{an14}', 'user_01{low24}', 'org_{an24}', 'order_{crockford26}', 'prod_{an14}', 'acct_{an16}', 'in_{an24}', 'msg_{an24}',
  'chatcmpl-{an29}', 'run_{an24}', 'thread_{an24}', 'file-{an24}', 'asst_{an24}', 'ulid {crockford26}', 'nanoid {url21}', 'cuid c{low24}', 'ksuid {an27}', 'objectid {hex24}', 'ray {hex16}-AMS', 'isolate {hex32}', 'container {hex64}', 'image registry.example/shop@sha256:{hex64}',
  'pod shop-7f9c8d6b5-x2x4z', 'arn:aws:iam::123456789012:role/shop', 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:shop', 'i-{hex17}', 'vpc-{hex17}', 'subnet-{hex17}', 'ami-{hex17}', 'lambda {uuid}', 'workers.dev shop-production.acme.workers.dev',
  'ip 192.168.100.200', 'ip 2001:db8:85a3::8a2e:370:7334', 'mac 00:1a:2b:3c:4d:5e', 'port 5432', 'version 1.20261117.0', 'v1.0-beta.3', 'semver 10.20.30-rc.1+build.5', 'lat 52.520008 lon 13.404954', 'uuid {uuid}', '{uuid}', '{hex64}', '{crockford26}', '{an21}',
  'AKIAlooksLikeOne', 'AKIA is a prefix', 'AIza', 'ghp_', 'xoxb', 'SG. Paris', 'sk_test mode', 'Bearer', 'eyJ is how JSON begins', 'eyebrow', 'shpat', 'data:image/png;base64,{b6460}', 'SELECT * FROM tokens WHERE id = ?', 'INSERT INTO passwords (hash) VALUES (?)',
  'TypeError: Cannot read properties of undefined (reading \'token\')', 'Error: x\n    at readToken (file:///app/auth.js:10:20)\n    at async Object.fetch (worker.js:1:2)', 'ReferenceError: password is not defined', 'D1_ERROR: no such table: tokens: SQLITE_ERROR',
  'cf-ray: {hex16}-FRA', 'content-type: application/json; charset=utf-8', 'cache-control: max-age=3600, must-revalidate', 'accept: text/html,application/xhtml+xml', 'user-agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36', 'retry-after: 120',
  'traceparent: 00-{hex32}-{hex16}-01', 'vary: Cookie', 'allow: GET, HEAD', 'www-authenticate: Bearer realm="shop", error="expired"', 'x-request-id: {uuid}', 'if-none-match: "{hex40}"', 'content-length: 12345', 'duration=12.5ms size=4kB', 'a=1 b=2 c=3',
  'level=info msg="order read" order=17', 'user=ann role=admin', 'from=2026-11-21 to=2026-11-22', 'items=[1, 2, 3]', 'q=hello world', 'lang=en-GB', '50% off', '100%25 done', 'x < y && y > z', '<b>bold</b>', '<orders count="3"></orders>', '<name>ann</name>', '--verbose --port 8080',
  'mysql --user ann --host db', 'tool --keyspace shop', '{"name":"ann","value":"5"}', '{"name":"color","value":"red"}', '{"key":"size","value":"XL"}', '<add key="theme" value="dark"/>', 'Content-Disposition: form-data; name="colour"\r\n\r\nred', '{"id":17,"total":99.5,"paid":true}',
] // biome-ignore format: a list

/** Names beside values that are not secret. */
export const INNOCENT_PAIRS: readonly Record<string, unknown>[] = [
  { name: 'color', value: 'red' },
  { key: 'size', value: 'XL' },
  { name: 'ann', content: 'hello' },
  { id: 7, data: { a: 1 } },
  { field: 'email', value: 'x' },
  { header: 'accept', value: '*/*' },
  { name: 'tokenizer', value: 'bpe' },
  { name: 'max_tokens', value: 4096 },
]

/** Names beside values that are. */
export const SECRET_PAIRS: readonly Record<string, unknown>[] = [
  { name: 'password', value: SECRET },
  { value: SECRET, name: 'password' },
  { key: 'apiKey', value: SECRET },
  { Key: 'token', Value: SECRET },
  { name: 'authorization', values: [SECRET] },
  { header: 'Cookie', value: SECRET },
  { field: 'user.password', value: SECRET },
  { param: 'password', value: SECRET, msg: 'too short' },
  { path: ['user', 'password'], input: SECRET },
  { path: 'password', received: SECRET },
  { id: 'otpCode', content: SECRET },
  { name: 'DB_PASS', default: SECRET },
  { k: 'secret', v: SECRET },
  { name: 'token', val: SECRET },
  { label: 'PIN', text: SECRET },
  { instancePath: '/user/password', data: SECRET },
  { variable: 'STRIPE_SECRET_KEY', value: { text: SECRET } },
  { name: 'pin', value: 8642 },
]
