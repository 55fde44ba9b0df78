/** Stands in for the static files of a deployment. */
export default {
  fetch: (request: Request): Response =>
    new Response(`page at ${new URL(request.url).pathname}`, {
      headers: { 'content-type': 'text/html' },
    }),
}
