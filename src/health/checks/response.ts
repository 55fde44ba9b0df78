import type { CheckFinding } from '../check.ts'

/** Judges a response by its status and lets go of its body, which would otherwise hold a connection. */
export const judgeResponse = async (
  response: Response,
  expectedStatus: number | undefined,
): Promise<CheckFinding | undefined> => {
  await response.body?.cancel()
  const { status, ok } = response
  return (expectedStatus === undefined ? ok : status === expectedStatus)
    ? undefined
    : { status: 'fail', output: `answered ${status}` }
}
