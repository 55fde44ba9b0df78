import { ViewerObject as Viewer } from '../../../viewer/durable-viewer.ts'

export { default } from '../../../viewer/worker.ts'

/** The deployed viewer, whose store can be made one of another version by a header. */
export class ViewerObject extends Viewer {
  override async fetch(request: Request): Promise<Response> {
    const response = await super.fetch(request)
    const version = request.headers.get('x-version')
    if (version) this.ctx.storage.sql.exec('UPDATE viewer_schema SET version = ?', Number(version))
    return response
  }
}
