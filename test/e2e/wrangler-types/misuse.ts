export const misuse = async (env: Env): Promise<void> => {
  await env.ROOM.getByName('a').entre('Ada')
  await env.ROOM.getByName('a').enter(1)
  await env.PRICES.totl(2)
  await env.PRICES.total('2')
  await env.SHIPPING.create({ params: { orderId: 7 } })
}
