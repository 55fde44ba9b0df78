export default {
  fetch(): Response {
    return new Response('from the other')
  },
}
