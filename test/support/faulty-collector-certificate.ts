import { generateKeyPairSync, sign } from 'node:crypto'

/** What a TLS server needs, as PEM. */
export interface Certificate {
  key: string
  cert: string
}

const SEQUENCE = 0x30
const SET = 0x31
const INTEGER = 0x02
const BIT_STRING = 0x03
const OBJECT_ID = 0x06
const UTF8_STRING = 0x0c
const UTC_TIME = 0x17

const ECDSA_WITH_SHA256 = '2a8648ce3d040302'
const COMMON_NAME = '550403'

/** Makes a certificate for `localhost` that nobody has signed but itself (RFC 5280, version 1). */
export function selfSignedCertificate(): Certificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const algorithm = der(SEQUENCE, der(OBJECT_ID, ECDSA_WITH_SHA256))
  const attribute = der(SEQUENCE, der(OBJECT_ID, COMMON_NAME), der(UTF8_STRING, hex('localhost')))
  const name = der(SEQUENCE, der(SET, attribute))
  const validity = der(
    SEQUENCE,
    der(UTC_TIME, hex('250101000000Z')),
    der(UTC_TIME, hex('491231235959Z')),
  )
  const spki = publicKey.export({ type: 'spki', format: 'der' }).toString('hex')
  const body = der(SEQUENCE, der(INTEGER, '01'), algorithm, name, validity, name, spki)
  const signature = sign('sha256', Buffer.from(body, 'hex'), privateKey).toString('hex')
  const bytes = Buffer.from(der(SEQUENCE, body, algorithm, der(BIT_STRING, '00', signature)), 'hex')
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${bytes.toString('base64')}\n-----END CERTIFICATE-----\n`,
  }
}

/** Tag, length and content (X.690), in hexadecimal. */
function der(tag: number, ...contents: string[]): string {
  const content = contents.join('')
  const length = content.length / 2
  const size =
    length < 128 ? byte(length) : length < 256 ? `81${byte(length)}` : `82${byte(length, 4)}`
  return byte(tag) + size + content
}

function byte(value: number, digits = 2): string {
  return value.toString(16).padStart(digits, '0')
}

function hex(text: string): string {
  return Buffer.from(text).toString('hex')
}
