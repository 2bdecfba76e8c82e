import type { NotificationMessage } from './notification.ts';
import type { Open } from './open.ts';
import type { RouteRefresh } from './route-refresh.ts';
import type { Update } from './update.ts';

/** One BGP message as a plain value. */
export type Message =
  | { readonly type: 'open'; readonly open: Open }
  | { readonly type: 'update'; readonly update: Update }
  | { readonly type: 'notification'; readonly notification: NotificationMessage }
  | { readonly type: 'keepalive' }
  | { readonly type: 'route-refresh'; readonly refresh: RouteRefresh };
