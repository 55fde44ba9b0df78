/** Prefixes that makers of tokens chose so that they are found: what follows needs no proof. */
const MARKED =
  'gh[opsur]_|github_pat_|gl(?:pat|dt|rt|ptt|ft|soat|agent|cbt|oas|imt|ffct)-|GR1348941|glsa_|xox[a-z][-.]|xapp-|[rsp]k_(?:org_)?(?:live|test|prod)_|sk-(?:proj|svcacct|admin|ant|or|lf|kimi)-|AIza|ya29\\.|GOCSPX-|1//0|SG\\.(?=[\\w-]{20,24}\\.)|pypi-AgE|dckr_[op]at_|do[opr]_v1_|shp(?:at|ca|pa|ss|ua)_|sq0[a-z]{3}-|NR(?:AK|JS|II|RA)-|lin_(?:api|oauth)_|ntn_|fig[dou]r?_|pscale_(?:tkn|pw|oauth)_|dp\\.(?:[psc]t|sa|scim|audit)\\.|hv[sbr]\\.|PMAK-|AT[AC]TT3|ATBB|sbp_|sb_secret_|sntryu_|fo1_|AGE-SECRET-KEY-1|LTAI|AKID|bkua_|CCI(?:PAT|PRJ)_|CLOJARS_|CFPAT-|cf(?:ut|at|k)_|vc[pikar]_|duffel_(?:test|live)_|dt0[a-z]\\d\\d\\.|EZ[AT]K|FLWSECK|HRKU-|pat-(?:na|eu)\\d-|fio-u-|s-s4t2|sha256~|access-(?:sandbox|production|development)-|rdme_|tk-us-|x(?:key|smtp)sib-|shippo_(?:live|test)_|sg[pm]_|slk_|tfp_|AQVN|zpka_|nfp_|tskey-|lsv2_[ps][tk]_|pcsk_|tvly-|tgp_v1_|nvapi-|AKCp|apify_api_|p8e-|pnu_|rpa_|key_live_|phx_|EAA|whsec_|pylf_v\\d_|xaat-|xau_|polar_(?:oat|pat|whs)_|pdl_(?:live|sdbx)_apikey_|vercel_blob_rw_|ATTA(?=[\\da-f]{30})|sq[uap]_|snyk_(?:uat|sat)\\.|aio_|dbt[cu]_|pnb_|dd[pow]_|n8n_api_|sl\\.u\\.|access_token\\$(?:production|sandbox)\\$|jina_|llx-|e2b_|cal_(?:live|test)_|mfa\\.|hcaik_|IGQV|npg_|cmVmdGtu|glc_|sntrys_|fm[12][ar]?_|ABSK|bedrock-api-key-|ops_eyJ|eyJrIjoi'

/** Prefixes that begin other names too: what follows must be one long word that no language has. */
const MAYBE =
  '(?:sk|rk|npm|hf|fc|api_org|gsk|csk|xai|pplx|r8|napi|pul|ico|secret|token|tkn|rubygems|live|test|rnd|apikey|api_key)[-_]'

const SLACK = '(?<=/(?:services|workflows|triggers)/)T[A-Z\\d]{7,12}/\\w{1,20}/[\\w/]{20,}'
const WEBHOOK =
  '(?<=/webhooks/\\d{17,20}/)[\\w-]{60,}|(?<=/webhook(?:b2)?/)[\\w@/-]{40,}|(?<=/hooks/(?:catch/)?)\\w{6,26}/\\w{6,}|(?<=/with/key/)[\\w-]{10,}'
const LINKS =
  /* @__PURE__ */ 'token|secret|password|reset|verify|confirm|activat|magic|login|signin|invit|subscribe|forgot'.replace(
    /[a-z]/g,
    (char) => `[${char}${char.toUpperCase()}]`,
  )
// Up to two short parts may stand between the link's name and its token: a user's id, a language.
const IN_PATH = `(?<=/[\\w%-]{0,20}(?:${LINKS})[\\w%-]{0,12}/(?:[\\w%-]{0,12}/){0,2})(?![\\da-f]{8}-)(?=[\\w~-]{0,40}\\d)[\\w.~-]{20,}`
/** A UUID is an id as a rule; in a link that is good for one thing, it is what opens it. */
const RESET =
  '(?<=/[\\w%-]{0,20}(?:[rR]eset|RESET|[vV]erif|[cC]onfirm|[aA]ctivat|[mM]agic|[iI]nvit|[uU]nsubscribe|[fF]orgot)[\\w%-]{0,16}/(?:[\\w%-]{0,12}/){0,2})[\\da-f]{8}-[\\da-f]{4}-[\\da-f-]{22}'
/** Bound values, and the rows that they stand in, as databases and their libraries quote them in errors. */
const BOUND =
  "(?<=(?:\\n|\\\\n)params: )[^]+?(?=(?:\\n|\\\\n) {1,8}at |$)|(?<=\\bKey \\([^()\\n]{1,200}\\)=\\()[^\\n]*?(?=\\) (?:already|is (?:not|still|dup)|conflicts)|$)|(?<=Failing row contains \\()[^\\n]+(?=\\))|(?<=Duplicate entry ')[^\\n]*?(?=' for key|$)"

/** What SQLite could not read, which may be a value; also as it stands within JSON. */
const UNREAD =
  '(?<=unrecognized token: \\\\?")[^]+?(?=\\\\?"(?:: SQLITE_|$)|$)|(?<=near \\\\?")[\'"\\d][^\\n]*?(?=\\\\?": syntax error|$)'

/** The password of a command's user: `curl -u name:password`. */
const USER =
  '(?<=\\s(?:-u|--(?:proxy-)?user)[ =]?["\']?[\\w.@%+-]{1,64}:)(?!/|\\d{1,5}(?!\\S))[^\\s"\']+'

/**
 * What is secret by its looks: private keys in PEM form, JSON Web Tokens, cloud key ids, tokens with their maker's
 * prefix, webhooks' paths, basic and bearer credentials. Each starts with a literal, and what can repeat is bounded or
 * cannot hold that literal again, so that no text makes the scan slower than linear. At most places of a text, what
 * stands before it says at once that three of these lists cannot begin there.
 */
const LOOKS = /* @__PURE__ */ [
  '-----BEGIN[A-Z\\d +]{1,30}PRIVATE[ +]KEY[^]*?(?:-----END[A-Z\\d +]{1,30}KEY[A-Z +]{0,10}-----|$)',
  '(?<![\\w-])eyJ[\\w-]{16,}(?:\\.[\\w-]*){1,4}',
  // What begins where a word does: one group, to its end below.
  '\\b(?:A(?:KIA|SIA|IDA|ROA|GPA|IPA|NPA|NVA|BIA|CCA|3T[A-Z\\d])[A-Z\\d]{16}\\w{0,20}',
  `(?:${MARKED})[\\w.~+/=$-]{16,}`,
  `(?:${MAYBE})(?=[a-z]{0,40}[A-Z\\d])(?=\\d{0,20}[A-Za-z])[A-Za-z\\d]{28,}`,
  're_[A-Za-z\\d]{8}_[A-Za-z\\d]{20,}',
  '(?:key-|dapi|SK)[\\da-f]{32}(?!\\w)|[\\da-f]{32}-us\\d{1,2}\\b|v1\\.0-[\\da-f]{24}-[\\da-f]{100,}',
  '[\\w~.]{3}\\dQ~[\\w.~-]{31,34}|\\w{14}\\.atlasv1\\.[\\w-]{40,}|pat\\w{14}\\.[\\da-f]{64}|[ps]at\\.[\\w-]{22}\\.\\w{24}\\.\\w{20}',
  '[MNO][\\w-]{23,27}\\.[\\w-]{6}\\.[\\w-]{27,40}|A3-[A-Z\\d]{6}-[A-Z\\d-]{20,}|(?:sdk|mob)-[\\da-f]{8}-[\\da-f-]{27}',
  'oy2[a-z\\d]{43}\\b|[\\da-f]{36}NRAL\\b|[12]/\\d{16}(?:/\\d{16})?:[\\da-f]{32}\\b)',
  '(?<!\\d)\\d{8,10}:[\\w-]{35}(?![\\w-])',
  '\\$2[abxy]\\$\\d\\d\\$[./\\w]{53}|\\$argon2(?:id|i|d)\\$[^\\s"\'<>]{20,}',
  `(?<=/)(?:${SLACK}|${WEBHOOK}|(?=[\\w.~-]{20})(?:${IN_PATH}|${RESET}))`,
  `(?<=[ ("':])(?:${BOUND}|${UNREAD}|${USER})`,
  '\\b(?:[bB]earer|BEARER)\\s{1,8}(?:token\\s{1,8})?(?!(?:token|auth\\w*|scheme|realm|error|is|was|not|of|and|or|must|required|missing|invalid)\\b)[^\\s,;"\'<>]+',
  '\\b(?:[bB]asic|BASIC)\\s{1,8}(?=.\\w*[A-Z\\d+/=])[\\w+/=-]{4,}',
].join('|')

// Spaces and dashes of typography too.
const BREAK = '[ .+\\u00a0\\u2000-\\u2015\\u202f-]'

const CARD = `(?<![\\da-zA-Z]|\\d\\.)[2-6](?:\\d{12,18}|\\d{3}(?:${BREAK}\\d{4}){2}${BREAK}\\d{1,7}|\\d{3}${BREAK}\\d{6}${BREAK}\\d{4,5})(?![\\da-zA-Z])`

/**
 * Matches every text in which {@link LOOKS} or {@link CARD} finds something, and more: no look is shorter. Much quicker
 * to compile than they are, which most texts never need.
 */
export const SHAPES: string = `(?<![\\w.~-])(?=[a-z._-]*[A-Z\\d])[\\w.~-]{19}|whsec_|glc_|sntrys_|fm[12][ar]?_|ABSK|bedrock|ops_|-----B|[bB]earer|BEARER|[bB]asic|BASIC|/hook|/with/k|params: |=\\(|row contains|token: |near .?"|\\s-u|-user[ =]|Duplicate e|\\$2|\\$argon|\\d{4}${BREAK}\\d{4}|\\d{13}`

/** The Luhn check of a card number's digits, separators left out. */
const isCard = (text: string): boolean =>
  [...text.replace(/\D/g, '')]
    .reverse()
    .reduce((sum, digit, i) => sum + Number(i % 2 ? '0246813579'[Number(digit)] : digit), 0) %
    10 ===
  0

/** Finds what looks like a secret; a card number in its group. */
export const looksExpression = (): RegExp => new RegExp(`${LOOKS}|(${CARD})`, 'g')

/** Replaces what looks like a secret. */
export const looksReplacer = (censor: string): ((text: string) => string) => {
  const triggers = new RegExp(SHAPES)
  const looks = looksExpression()
  return (text) =>
    triggers.test(text)
      ? text.replace(looks, (match, card) => (card && !isCard(card) ? match : censor))
      : text
}
