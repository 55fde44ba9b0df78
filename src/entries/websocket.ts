export {
  type HibernatingSockets,
  hibernatingSockets,
  type SocketEvent,
} from '../http/sockets/hibernating-sockets.ts'
export { observeUpgrade } from '../http/sockets/observe-upgrade.ts'
export { observeWebSocket } from '../http/sockets/observe-web-socket.ts'
export type { WebSocketSettings } from '../http/sockets/settings.ts'
