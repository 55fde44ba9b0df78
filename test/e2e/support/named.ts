export const NAME: string = 'support'
