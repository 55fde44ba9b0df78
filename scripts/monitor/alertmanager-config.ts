import { parse } from 'yaml'

interface Config {
  receivers: { name: string; webhook_configs?: { url: string }[] }[]
}

/** The shipped configuration for development, with the webhook of here: a container has another name for it. */
export function nativeAlertmanagerConfig(yaml: string, webhookPort: number): string {
  const config = parse(yaml) as Config
  const receivers = config.receivers.map((receiver) => ({
    ...receiver,
    webhook_configs: receiver.webhook_configs?.map((webhook) => ({
      ...webhook,
      url: webhook.url.replace(/\/\/[^/]+/, () => `//127.0.0.1:${webhookPort}`),
    })),
  }))
  return JSON.stringify({ ...config, receivers })
}
