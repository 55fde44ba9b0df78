export const use = async (env: Env): Promise<[number, number, string]> => {
  const guests = await env.ROOM.getByName('a').enter('Ada')
  const total = await env.PRICES.total(2)
  const shipment = await env.SHIPPING.create({ params: { orderId: '7' } })
  return [guests, total, shipment.id]
}
