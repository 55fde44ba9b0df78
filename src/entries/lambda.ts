export { instrumentLambda, type LambdaSettings } from '../handlers/lambda/instrument-lambda.ts'
